/**
 * What can be wrong with an HTTP message, as the status that a server answers with; a client only shows it.
 *
 * Source: RFC 9110, 15.5 and 15.6; RFC 6585, 5.
 */
export class HttpError extends Error {
  constructor(
    /** For example 400. */
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "HttpError";
  }
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  414: "URI Too Long",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

/** The words beside a status; they may be empty. */
export function reasonFor(status: number): string {
  return REASONS[status] ?? "";
}

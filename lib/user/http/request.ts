/**
 * Requests: what a client writes and a server reads.
 *
 * Source: RFC 9112, 3 (request line), 3.2 (Host), 6.3 (no length means no body).
 */
import { bytes, concat, type Request, type Sys } from "../../sys";
import { type BufferedReader, LineTooLong } from "../buffered-reader";
import { bodyLength, chunked, readBody, toBytes } from "./body";
import { HttpError } from "./error";
import { type HttpHeaders, headerLines, readHeaders } from "./headers";

const MAX_REQUEST_LINE = 8000;
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+) HTTP\/(\d\.\d)$/;

/** A request that has come in. */
export interface HttpRequest {
  /** "GET", "POST", … */
  method: string;
  /** What stands in the request line, normally a path with its query. */
  target: string;
  /** "1.1" or "1.0". */
  version: string;
  /** Header fields, by their names in lower case. */
  headers: HttpHeaders;
  /** Empty when there is none. */
  body: Uint8Array;
}

/** What a client wants to send; Host and the body's length are added. */
export interface RequestToSend {
  /** Default "GET". */
  method?: string;
  /** Default "/". */
  target?: string;
  /** Header fields to send along. */
  headers?: Readonly<Record<string, string>>;
  /** A list is sent as chunks. */
  body?: string | Uint8Array | readonly (string | Uint8Array)[];
}

/** The next request; null when the client has closed instead. Throws an `HttpError` when it is none. */
export function* readRequest(
  sys: Sys,
  reader: BufferedReader,
  maxBody?: number,
): Generator<Request, HttpRequest | null, unknown> {
  const line = yield* requestLine(sys, reader);
  if (line === null) return null;
  const [, method, target, version] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined) throw new HttpError(400, `not a request line: "${line}"`);
  if (!version.startsWith("1.")) throw new HttpError(505, `HTTP/${version} isn't spoken here`);
  const headers = yield* readHeaders(sys, reader);
  const hosts = headers.host?.split(",").length ?? 0;
  if (hosts > 1 || (hosts === 0 && version !== "1.0")) throw new HttpError(400, "a request names one Host");
  const body = yield* readBody(sys, reader, bodyLength(headers, 0), maxBody);
  return { method, target, version, headers, body };
}

/** The request line. One empty line before it is forgiven; RFC 9112, 2.2. */
function* requestLine(sys: Sys, reader: BufferedReader): Generator<Request, string | null, unknown> {
  const options = { maxLength: MAX_REQUEST_LINE, complete: true };
  try {
    const line = yield* reader.readLine(sys, options);
    return line === "" ? yield* reader.readLine(sys, options) : line;
  } catch (error) {
    if (error instanceof LineTooLong) throw new HttpError(414, `a request line of more than ${MAX_REQUEST_LINE} bytes`);
    throw error;
  }
}

/** The bytes of a request to `host`. */
export function encodeRequest(host: string, request: RequestToSend): Uint8Array {
  const { method = "GET", target = "/", headers = {}, body } = request;
  if (!REQUEST_LINE.test(`${method} ${target} HTTP/1.1`)) throw new TypeError(`not a request: ${method} ${target}`);
  const length: Record<string, string> = {};
  let content = new Uint8Array(0) as Uint8Array;
  if (typeof body === "string" || body instanceof Uint8Array) {
    content = toBytes(body);
    length["Content-Length"] = String(content.length);
  } else if (body !== undefined) {
    content = chunked(body);
    length["Transfer-Encoding"] = "chunked";
  }
  const head = `${method} ${target} HTTP/1.1\r\n${headerLines({ Host: host, ...headers, ...length })}\r\n`;
  return concat([bytes(head), content]);
}

/**
 * An HTTP client: a name becomes addresses, an address a connection, and on it requests and responses take turns.
 *
 * **Not modelled:** https; redirects are returned, not followed; cookies; a second request before the first answer (pipelining).
 *
 * Source: RFC 9110, 4.2.1 (the http scheme), 7.2; RFC 9112, 9.
 */
import { isSystemError, type Request, type Sys } from "../../sys";
import { BufferedReader } from "../buffered-reader";
import { type AddressHints, getaddrinfo } from "../dns/getaddrinfo";
import { sendAll } from "../write-all";
import { encodeRequest, type RequestToSend } from "./request";
import { type HttpResponse, readResponse } from "./response";

/** How names are resolved, what is sent along, how much is accepted. */
export interface HttpClientOptions extends Omit<AddressHints, "port" | "socktype"> {
  /** Header fields to send along. */
  headers?: Readonly<Record<string, string>>;
  /** Bytes of the longest body that is accepted. */
  maxBody?: number;
}

/** A connection to a server, for any number of requests one after the other. */
export class HttpConnection {
  private readonly reader: BufferedReader;

  constructor(
    /** Its descriptor. */
    readonly fd: number,
    /** What the Host field says. */
    private readonly host: string,
    private readonly maxBody?: number,
  ) {
    this.reader = new BufferedReader(fd);
  }

  /** Sends a request and returns the response. Throws an `HttpError` when what comes is none, a `SystemError` when a call fails. */
  *request(sys: Sys, request: RequestToSend): Generator<Request, HttpResponse, unknown> {
    yield* sendAll(sys, this.fd, encodeRequest(this.host, request));
    return yield* readResponse(sys, this.reader, request.method ?? "GET", this.maxBody);
  }

  /** Gives its descriptor back. */
  *close(sys: Sys): Generator<Request, void, unknown> {
    yield* sys.close(this.fd);
  }
}

/** Connects to the first address of the name that takes the connection; the error of the last one when none does. */
export function* httpConnect(
  sys: Sys,
  host: string,
  port = 80,
  options: HttpClientOptions = {},
): Generator<Request, HttpConnection, unknown> {
  const infos = yield* getaddrinfo(sys, host, { ...options, port });
  for (const [i, { family, socktype, protocol, address }] of infos.entries()) {
    const fd = yield* sys.socket(family, socktype, protocol);
    try {
      yield* sys.connect(fd, address);
      return new HttpConnection(fd, port === 80 ? host : `${host}:${port}`, options.maxBody);
    } catch (error) {
      // A socket whose connect failed can't be relied upon any more; connect(2). The next address gets a new one.
      yield* sys.close(fd);
      if (!isSystemError(error) || i === infos.length - 1) throw error;
    }
  }
  throw new TypeError("getaddrinfo returned no address");
}

/** One GET on a connection of its own: `httpGet(sys, "http://example.com:8080/index.html")`. */
export function* httpGet(
  sys: Sys,
  url: string,
  options: HttpClientOptions = {},
): Generator<Request, HttpResponse, unknown> {
  const [, host, port, target] = /^http:\/\/([^/:?#]+)(?::(\d+))?([/?][^#]*)?(?:#.*)?$/.exec(url) ?? [];
  if (host === undefined) throw new TypeError(`not an address that begins with http:// and a host: ${url}`);
  const connection = yield* httpConnect(sys, host, port === undefined ? 80 : Number(port), options);
  try {
    const headers = { ...options.headers, Connection: "close" };
    return yield* connection.request(sys, { target: (target ?? "/").replace(/^\?/, "/?"), headers });
  } finally {
    yield* connection.close(sys);
  }
}

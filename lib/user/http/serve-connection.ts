/**
 * A server's side of one connection: requests in, responses out, until one side has had enough.
 *
 * A request that is nonsense is answered with its status, and then the connection ends: after it, nobody knows where the next
 * message would begin.
 *
 * Source: RFC 9112, 9.3, 9.6.
 */
import { isSystemError, type Request, SHUT_WR, type Sys } from "../../sys";
import { BufferedReader, UnexpectedEnd } from "../buffered-reader";
import { sendAll } from "../write-all";
import { HttpError } from "./error";
import { keepsAlive } from "./headers";
import { type HttpRequest, readRequest } from "./request";
import { encodeResponse, type ResponseToSend } from "./response";

/** Answers one request. It is a program: it may read files, ask others, sleep. */
export type HttpHandler = (sys: Sys, request: HttpRequest) => Generator<Request, ResponseToSend, unknown>;

/** How much one connection may ask for. */
export interface ConnectionLimits {
  /** Bytes of the longest body. Default 1 MiB. */
  maxBody?: number;
  /** Requests on one connection. Default 100. */
  maxRequests?: number;
}

/** How much is read and thrown away at the end, in bytes, so that the client can read the answer first. */
const MAX_DRAINED = 65_536;

/** Serves a connection to its end. Closing the descriptor is the caller's. */
export function* serveConnection(
  sys: Sys,
  fd: number,
  handler: HttpHandler,
  { maxBody, maxRequests = 100 }: ConnectionLimits = {},
): Generator<Request, void, unknown> {
  const reader = new BufferedReader(fd);
  try {
    for (let left = maxRequests; left > 0; left--) {
      const request = yield* readRequest(sys, reader, maxBody);
      if (request === null) return;
      const keepAlive = left > 1 && keepsAlive(request.version, request.headers);
      const response = yield* answerOf(sys, handler, request);
      yield* sendAll(sys, fd, encodeResponse(response, { ...request, keepAlive }));
      if (!keepAlive) break;
    }
  } catch (error) {
    // The client went away in the middle: there is nobody to tell.
    if (error instanceof UnexpectedEnd || isSystemError(error, "ECONNRESET") || isSystemError(error, "EPIPE")) return;
    if (!(error instanceof HttpError)) throw error;
    yield* refuse(sys, fd, error);
  }
  yield* linger(sys, reader);
}

/** The handler's answer; 500 when it failed. */
function* answerOf(sys: Sys, handler: HttpHandler, request: HttpRequest): Generator<Request, ResponseToSend, unknown> {
  try {
    return yield* handler(sys, request);
  } catch (error) {
    if (error instanceof HttpError) return { status: error.status, body: `${error.message}\n` };
    return { status: 500, body: "the handler failed\n" };
  }
}

function* refuse(sys: Sys, fd: number, { status, message }: HttpError): Generator<Request, void, unknown> {
  const response = { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: `${message}\n` };
  try {
    yield* sendAll(sys, fd, encodeResponse(response, { method: "GET", version: "1.1", keepAlive: false }));
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/**
 * Says that nothing more comes, and reads what is still on its way. A close with unread bytes sends a RST, which may destroy the
 * answer before the client has read it; RFC 9112, 9.6.
 */
function* linger(sys: Sys, reader: BufferedReader): Generator<Request, void, unknown> {
  try {
    yield* sys.shutdown(reader.fd, SHUT_WR);
    for (let drained = 0; drained < MAX_DRAINED; ) {
      const part = yield* reader.readSome(sys, MAX_DRAINED);
      if (part.length === 0) return;
      drained += part.length;
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

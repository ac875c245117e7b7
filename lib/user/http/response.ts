/**
 * Responses: what a server writes and a client reads.
 *
 * Source: RFC 9112, 4 (status line), 6.3 (which responses have a body, and how long it is); RFC 9110, 15.2 (1xx).
 */
import { bytes, concat, type Request, type Sys } from "../../sys";
import type { BufferedReader } from "../buffered-reader";
import { bodyLength, chunked, readBody, toBytes } from "./body";
import { HttpError, reasonFor } from "./error";
import { type HttpHeaders, headerLines, keepsAlive, readHeaders } from "./headers";

const STATUS_LINE = /^HTTP\/(1\.\d) (\d{3})(?: (.*))?$/;

/** A response that has come in. */
export interface HttpResponse {
  /** 200, 404, … */
  status: number;
  /** The words behind the status; they mean nothing. */
  reason: string;
  /** Header fields, by their names in lower case. */
  headers: HttpHeaders;
  /** Empty when there is none. */
  body: Uint8Array;
  /** May another request follow on the same connection? */
  keepAlive: boolean;
}

/** What a handler answers; the body's length and Connection are added. */
export interface ResponseToSend {
  /** Default 200. */
  status?: number;
  /** Header fields to send along. */
  headers?: Readonly<Record<string, string>>;
  /** A list is sent as chunks. */
  body?: string | Uint8Array | readonly (string | Uint8Array)[];
}

/** The response to a request with this method. Throws an `HttpError` when what comes is none. */
export function* readResponse(
  sys: Sys,
  reader: BufferedReader,
  method: string,
  maxBody?: number,
): Generator<Request, HttpResponse, unknown> {
  for (;;) {
    const line = yield* reader.readLine(sys, { complete: true });
    if (line === null) throw new HttpError(502, "the server closed the connection without an answer");
    const [, version, code, reason = ""] = STATUS_LINE.exec(line) ?? [];
    if (version === undefined) throw new HttpError(502, `not a status line: "${line}"`);
    const status = Number(code);
    const headers = yield* readHeaders(sys, reader);
    // "100 Continue" and its like: the answer proper comes behind it.
    if (status < 200) continue;
    const length = hasBody(method, status) ? bodyLength(headers, "until the end") : 0;
    const body = yield* readBody(sys, reader, length, maxBody);
    const keepAlive = length !== "until the end" && keepsAlive(version, headers);
    return { status, reason, headers, body, keepAlive };
  }
}

function hasBody(method: string, status: number): boolean {
  return method !== "HEAD" && status >= 200 && status !== 204 && status !== 304;
}

/** The bytes of a response to a request with this method and version. */
export function encodeResponse(
  response: ResponseToSend,
  { method, version, keepAlive }: { method: string; version: string; keepAlive: boolean },
): Uint8Array {
  const { status = 200, headers = {}, body = "" } = response;
  const framing: Record<string, string> = {};
  let content: Uint8Array;
  if (typeof body === "string" || body instanceof Uint8Array) content = toBytes(body);
  // HTTP/1.0 knows no chunks; RFC 9112, 6.1.
  else if (version === "1.0") content = concat(body.map(toBytes));
  else {
    content = chunked(body);
    framing["Transfer-Encoding"] = "chunked";
  }
  if (status !== 204 && framing["Transfer-Encoding"] === undefined) framing["Content-Length"] = String(content.length);
  if (!keepAlive) framing.Connection = "close";
  else if (version === "1.0") framing.Connection = "keep-alive";
  const head = `HTTP/1.1 ${status} ${reasonFor(status)}\r\n${headerLines({ ...headers, ...framing })}\r\n`;
  return hasBody(method, status) ? concat([bytes(head), content]) : bytes(head);
}

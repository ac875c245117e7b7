/**
 * The body of a message, and the three ways to know where it ends: a length told before, chunks that each tell theirs, or the end of
 * the stream.
 *
 * TCP carries bytes and knows nothing of messages: this file is where HTTP draws its boundaries.
 *
 * **Not modelled:** codings other than chunked (gzip and so on); trailer fields are read and thrown away.
 *
 * Source: RFC 9112, 6 and 7.1.
 */
import { bytes, concat, type Request, type Sys } from "../../sys";
import { type BufferedReader, LineTooLong } from "../buffered-reader";
import { HttpError } from "./error";
import { type HttpHeaders, readHeaders } from "./headers";

/** Bytes of the longest body that is accepted unless told otherwise. */
export const MAX_BODY = 1_048_576;
const MAX_CHUNK_LINE = 256;

/** How long a body is: so many bytes, in chunks, or (answers only) until the stream ends. RFC 9112, 6.3. */
export function bodyLength(
  headers: HttpHeaders,
  otherwise: number | "until the end",
): number | "chunked" | "until the end" {
  const { "transfer-encoding": coding, "content-length": length } = headers;
  if (coding !== undefined) {
    // Whoever sends both may be after two readers that believe different ones.
    if (length !== undefined) throw new HttpError(400, "both Transfer-Encoding and Content-Length");
    if (coding.toLowerCase() !== "chunked")
      throw new HttpError(501, `the transfer coding "${coding}" isn't known here`);
    return "chunked";
  }
  if (length === undefined) return otherwise;
  // "5, 5" is what two equal fields become; it means 5.
  const [value, ...others] = new Set(length.split(",").map((each) => each.trim()));
  if (others.length > 0 || !/^\d{1,15}$/.test(value)) throw new HttpError(400, `Content-Length: ${length}`);
  return Number(value);
}

export function* readBody(
  sys: Sys,
  reader: BufferedReader,
  length: number | "chunked" | "until the end",
  limit: number = MAX_BODY,
): Generator<Request, Uint8Array, unknown> {
  if (length === "chunked") return yield* readChunks(sys, reader, limit);
  if (length === "until the end") return yield* readToTheEnd(sys, reader, limit);
  if (length > limit) throw tooLarge(limit);
  return yield* reader.readExactly(sys, length);
}

/** "5 CRLF hello CRLF 0 CRLF CRLF" is hello; RFC 9112, 7.1. */
function* readChunks(sys: Sys, reader: BufferedReader, limit: number): Generator<Request, Uint8Array, unknown> {
  const chunks: Uint8Array[] = [];
  for (let total = 0; ; ) {
    const line = yield* chunkLine(sys, reader);
    // Behind a semicolon stand extensions, which nobody uses.
    const digits = line.replace(/[ \t]*(;.*)?$/, "");
    if (!/^[0-9a-fA-F]{1,12}$/.test(digits)) throw new HttpError(400, `not the length of a chunk: "${line}"`);
    const size = Number.parseInt(digits, 16);
    total += size;
    if (total > limit) throw tooLarge(limit);
    if (size === 0) break;
    chunks.push(yield* reader.readExactly(sys, size));
    if ((yield* chunkLine(sys, reader)) !== "") throw new HttpError(400, "a chunk is longer than it says");
  }
  yield* readHeaders(sys, reader);
  return concat(chunks);
}

function* chunkLine(sys: Sys, reader: BufferedReader): Generator<Request, string, unknown> {
  try {
    return (yield* reader.readLine(sys, { maxLength: MAX_CHUNK_LINE, complete: true })) ?? endsTooEarly();
  } catch (error) {
    if (error instanceof LineTooLong) throw new HttpError(400, "not the length of a chunk");
    throw error;
  }
}

function endsTooEarly(): never {
  throw new HttpError(400, "the message ends within its chunks");
}

function* readToTheEnd(sys: Sys, reader: BufferedReader, limit: number): Generator<Request, Uint8Array, unknown> {
  const parts: Uint8Array[] = [];
  for (let total = 0; ; ) {
    const part = yield* reader.readSome(sys, 65_536);
    if (part.length === 0) return concat(parts);
    total += part.length;
    if (total > limit) throw tooLarge(limit);
    parts.push(part);
  }
}

function tooLarge(limit: number): HttpError {
  return new HttpError(413, `a body of more than ${limit} bytes`);
}

/** Pieces as a chunked body. An empty one is left out: it would mean the end. */
export function chunked(pieces: readonly (string | Uint8Array)[]): Uint8Array {
  const parts = pieces.map(toBytes).filter((piece) => piece.length > 0);
  const framed = parts.flatMap((piece) => [bytes(`${piece.length.toString(16)}\r\n`), piece, bytes("\r\n")]);
  return concat([...framed, bytes("0\r\n\r\n")]);
}

export function toBytes(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? bytes(body) : body;
}

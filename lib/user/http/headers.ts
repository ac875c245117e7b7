/**
 * Header fields: "Name: value" lines up to an empty one.
 *
 * Where one message ends and the next begins depends on them, so two programs that read them differently can be made to disagree about
 * that (request smuggling). Therefore what is doubtful is refused, not guessed: a blank before the colon, a folded line, a name that
 * is no token.
 *
 * Source: RFC 9112, 5; RFC 9110, 5.5 and 5.6.2.
 */
import type { Request, Sys } from "../../sys";
import { type BufferedReader, LineTooLong } from "../buffered-reader";
import { HttpError } from "./error";

/** Names in lower case; the values of a field that came more than once are joined by commas (RFC 9110, 5.3). */
export type HttpHeaders = Record<string, string>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Bytes of all fields together, and how many fields; a server must have some limit (RFC 9110, 5.4). */
const MAX_BYTES = 16_384;
const MAX_FIELDS = 100;

export function* readHeaders(sys: Sys, reader: BufferedReader): Generator<Request, HttpHeaders, unknown> {
  const headers: HttpHeaders = Object.create(null);
  let bytes = 0;
  for (let fields = 0; ; fields++) {
    const line = yield* headerLine(sys, reader, MAX_BYTES - bytes);
    if (line === "") return headers;
    if (fields === MAX_FIELDS) throw new HttpError(431, `more than ${MAX_FIELDS} header fields`);
    bytes += line.length;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
    if (!TOKEN.test(name) || hasControls(value)) throw new HttpError(400, `not a header field: "${line}"`);
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
}

/** A line of a message's head, which mustn't end before its empty line. */
function* headerLine(sys: Sys, reader: BufferedReader, maxLength: number): Generator<Request, string, unknown> {
  try {
    return (yield* reader.readLine(sys, { maxLength, complete: true })) ?? missing();
  } catch (error) {
    if (error instanceof LineTooLong) throw new HttpError(431, `more than ${MAX_BYTES} bytes of header fields`);
    throw error;
  }
}

function missing(): never {
  throw new HttpError(400, "the message ends within its header fields");
}

/** The fields as lines, in the order given. A value with a line break in it would smuggle a field in: it is refused. */
export function headerLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => {
      if (!TOKEN.test(name) || hasControls(value)) throw new TypeError(`not a header field: ${name}`);
      return `${name}: ${value}\r\n`;
    })
    .join("");
}

/** Is `token` in the comma-separated list of a field, whatever its case? */
export function hasToken(value: string | undefined, token: string): boolean {
  return (value ?? "").split(",").some((each) => each.trim().toLowerCase() === token);
}

/** May another message follow on this connection? Yes by default since HTTP/1.1; RFC 9112, 9.3. */
export function keepsAlive(version: string, headers: HttpHeaders): boolean {
  if (hasToken(headers.connection, "close")) return false;
  return version === "1.1" || hasToken(headers.connection, "keep-alive");
}

/** Control characters other than a tab must not be in a value (RFC 9110, 5.5). */
function hasControls(value: string): boolean {
  return [...value].some((character) => (character < " " && character !== "\t") || character === "\x7f");
}

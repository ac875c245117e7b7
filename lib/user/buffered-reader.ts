/**
 * A stream of bytes read in units that mean something: lines, or a given number of bytes.
 *
 * read(2) returns what is there: half a line, or three lines and a half. A protocol of lines therefore needs a buffer between the
 * kernel and itself, and this is it (in C it would be a `FILE`, or the `rio_t` of Computer Systems: A Programmer's Perspective).
 * What is left in the buffer belongs to whoever reads next, so one descriptor has one reader.
 *
 * **Not modelled:** bytes that are no UTF-8 in a line become U+FFFD.
 *
 * Source: read(2), getline(3); `readline` in Stevens, UNIX Network Programming, 3.9.
 */
import { concat, type Request, type Sys, text } from "../sys";
import { unlessInterrupted } from "./write-all";

/** The longest line that is accepted unless told otherwise, in bytes and without its end. */
const MAX_LINE = 8192;
/** How much is asked of the kernel at a time. */
const CHUNK = 4096;
const LF = 10;
const CR = 13;

/** The stream ended in the middle of something. */
export class UnexpectedEnd extends Error {
  constructor(
    /** What had come of it before the end. */
    readonly received: Uint8Array,
    wanted: string,
  ) {
    super(`the stream ended after ${received.length} bytes, in the middle of ${wanted}`);
    this.name = "UnexpectedEnd";
  }
}

/** A line was longer than the limit. The rest of it is still in the stream. */
export class LineTooLong extends Error {
  constructor(
    /** In bytes. */
    readonly limit: number,
  ) {
    super(`a line is longer than ${limit} bytes`);
    this.name = "LineTooLong";
  }
}

/** Reads a stream line by line, or so many bytes at a time; the kernel is asked for large pieces. */
export class BufferedReader {
  /** Read from the kernel and not asked for yet. */
  private buffer: Uint8Array = new Uint8Array(0);
  private ended = false;

  constructor(
    /** Where it reads from. */
    readonly fd: number,
  ) {}

  /**
   * The next line without its end, which is LF or CRLF; null when the stream is over. At the end of the stream a last line without an
   * end counts, as with getline(3); with `complete` it is an `UnexpectedEnd`.
   */
  *readLine(
    sys: Sys,
    { maxLength = MAX_LINE, complete = false }: { maxLength?: number; complete?: boolean } = {},
  ): Generator<Request, string | null, unknown> {
    let searched = 0;
    for (;;) {
      const end = this.buffer.indexOf(LF, searched);
      // The limit counts the line alone; a CR at its end isn't known to be one before the LF has come.
      const length = end < 0 ? this.buffer.length : end - (this.buffer[end - 1] === CR ? 1 : 0);
      if (length > maxLength + (end < 0 ? 1 : 0)) throw new LineTooLong(maxLength);
      if (end >= 0) {
        const line = text(this.buffer.subarray(0, length));
        this.buffer = this.buffer.subarray(end + 1);
        return line;
      }
      searched = this.buffer.length;
      if (!(yield* this.fill(sys))) break;
    }
    if (this.buffer.length === 0) return null;
    const rest = this.take(this.buffer.length);
    if (complete) throw new UnexpectedEnd(rest, "a line");
    if (rest.length > maxLength) throw new LineTooLong(maxLength);
    return text(rest);
  }

  /** Exactly `count` bytes; `UnexpectedEnd` when there are fewer. */
  *readExactly(sys: Sys, count: number): Generator<Request, Uint8Array, unknown> {
    const parts: Uint8Array[] = [];
    for (let missing = count; missing > 0; ) {
      if (this.buffer.length === 0 && !(yield* this.fill(sys)))
        throw new UnexpectedEnd(concat(parts), `${count} bytes`);
      const part = this.take(Math.min(missing, this.buffer.length));
      parts.push(part);
      missing -= part.length;
    }
    return concat(parts);
  }

  /** Some bytes, at least one and at most `most`; none when the stream is over. */
  *readSome(sys: Sys, most: number): Generator<Request, Uint8Array, unknown> {
    if (this.buffer.length === 0) yield* this.fill(sys);
    return this.take(Math.min(most, this.buffer.length));
  }

  private take(count: number): Uint8Array {
    const part = this.buffer.slice(0, count);
    this.buffer = this.buffer.subarray(count);
    return part;
  }

  /** Asks the kernel for more. False at the end of the stream. */
  private *fill(sys: Sys): Generator<Request, boolean, unknown> {
    while (!this.ended) {
      const more = yield* unlessInterrupted<Uint8Array | null>(() => sys.read(this.fd, CHUNK), null);
      if (more === null) continue;
      if (more.length === 0) this.ended = true;
      // A copy: the kernel may use its own memory again.
      else this.buffer = concat([this.buffer, more]);
      if (more.length > 0) return true;
    }
    return false;
  }
}

/** Exactly `count` bytes from a descriptor, and not one more from the kernel. `UnexpectedEnd` when there are fewer. */
export function* readExactly(sys: Sys, fd: number, count: number): Generator<Request, Uint8Array, unknown> {
  const parts: Uint8Array[] = [];
  for (let missing = count; missing > 0; ) {
    const wanted = missing;
    const part = yield* unlessInterrupted<Uint8Array | null>(() => sys.read(fd, wanted), null);
    if (part === null) continue;
    if (part.length === 0) throw new UnexpectedEnd(concat(parts), `${count} bytes`);
    parts.push(part.slice());
    missing -= part.length;
  }
  return concat(parts);
}

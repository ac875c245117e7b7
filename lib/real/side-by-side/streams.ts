/** The bytes that calls moved, and all bytes that went through one open file description. */
import { concat, MSG_PEEK, type ReceivedFrom, type ReceivedMessage, type SystemCallRecord } from "../../sys";

export const READS: ReadonlySet<string> = new Set(["read", "readv", "recv", "recvfrom", "recvmsg"]);
export const WRITES: ReadonlySet<string> = new Set(["write", "writev", "send", "sendto", "sendmsg"]);

export type Direction = "in" | "out";

export interface Moved {
  readonly direction: Direction;
  readonly data: Uint8Array;
}

/** The bytes that a call moved, or null when it moved none. */
export function moved({ name, args, result, error }: SystemCallRecord): Moved | null {
  if (error || result === undefined) return null;
  // Bytes that were only peeked at will come once more.
  if (READS.has(name)) return Number(args[2] ?? 0) & MSG_PEEK ? null : { direction: "in", data: received(result) };
  if (!WRITES.has(name)) return null;
  return { direction: "out", data: sent(args[1]).subarray(0, Number(result)) };
}

function received(result: unknown): Uint8Array {
  if (result instanceof Uint8Array) return result;
  if (Array.isArray(result)) return concat(result as Uint8Array[]);
  return "data" in (result as object) ? (result as ReceivedFrom).data : concat((result as ReceivedMessage).iov);
}

function sent(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (Array.isArray(data)) return concat(data as Uint8Array[]);
  return concat((data as { iov: Uint8Array[] }).iov);
}

/** What went through one description, by whom: pieces in the order in which the calls returned. */
export class Flow {
  /** By track. */
  readonly pieces = new Map<string, Uint8Array[]>();

  add(track: string, data: Uint8Array): void {
    const pieces = this.pieces.get(track);
    if (pieces) pieces.push(data);
    else this.pieces.set(track, [data]);
  }

  /** All bytes that one thread moved. */
  of(track: string): Uint8Array {
    return concat(this.pieces.get(track) ?? []);
  }

  /** All bytes, whoever moved them. */
  all(): Uint8Array {
    return concat([...this.pieces.values()].flat());
  }

  /** Each piece as text, in no order: what came in datagrams. */
  messages(): string[] {
    return [...this.pieces.values()]
      .flat()
      .map((piece) => Buffer.from(piece).toString("latin1"))
      .sort();
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The same bytes, in whatever order. */
export function sameBytesMixed(a: Uint8Array, b: Uint8Array): boolean {
  return sameBytes(a, b) || (a.length === b.length && sameBytes(Uint8Array.from(a).sort(), Uint8Array.from(b).sort()));
}

/**
 * What the notebook's process and an agent say to each other, and how it is cut out of a byte stream.
 *
 * A connection is a stream socket, so it has no messages of its own (that is a lesson of this course, too): each message is its
 * length in four bytes, then the value as `v8.serialize` writes it. On one connection there is at most one question without
 * an answer.
 */
import { deserialize, serialize } from "node:v8";

/** The first message on a connection: which thread of which agent is calling. */
export interface Hello {
  readonly token: string;
  readonly pid: number;
  readonly tid: number;
  /** Name of the agent's datagram socket through which it is given descriptors; only its main thread says it. */
  readonly inbox: Uint8Array | null;
}

/** "Do this and say what came of it": a system call, or one of the agent's own operations. */
export interface AgentRequest {
  readonly op: string;
  readonly args: readonly unknown[];
}

export interface AgentReply {
  readonly value?: unknown;
  /** errno, where the call failed. */
  readonly errno?: number;
  /** The kernel sent this thread a SIGPIPE. */
  readonly sigpipe?: boolean;
  /** The call couldn't even be made, for example because an argument isn't a number. */
  readonly fault?: string;
}

/** What an agent needs to know to start; handed over in its environment. */
export interface AgentConfiguration {
  /** Name of the runner's abstract Unix-domain socket, without the leading NUL. */
  readonly hub: string;
  readonly token: string;
  /** Descriptors below this number are the program's, those above are Node's own. */
  readonly programDescriptors: number;
}

export const CONFIGURATION_VARIABLE = "FD3_AGENT";

/**
 * A signal that interrupts a thread's system call and does nothing else. Real-time signal 40: glibc keeps 32 and 33 for
 * itself, and neither Node nor V8 uses it.
 */
export const INTERRUPT_SIGNAL = 40;

const HEADER = 4;

export function encodeFrame(value: unknown): Buffer {
  const payload = serialize(value);
  const frame = Buffer.allocUnsafe(HEADER + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  payload.copy(frame, HEADER);
  return frame;
}

/** Puts the messages of a stream together again. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);

  /** The messages that are complete with this chunk. */
  push(chunk: Buffer): unknown[] {
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const values: unknown[] = [];
    while (data.length >= HEADER) {
      const end = HEADER + data.readUInt32LE(0);
      if (data.length < end) break;
      values.push(deserialize(data.subarray(HEADER, end)));
      data = data.subarray(end);
    }
    this.rest = Buffer.from(data);
    return values;
  }
}

/**
 * A system call in the words of strace, in the pieces that pictures need: what is known when it is entered, and the rest.
 *
 * The words are those of lib/trace/strace-calls.ts. A program may pass what no call takes (a text for a descriptor); strace
 * has no words for that, so then the arguments are shown as they are.
 */
import type { SystemCallName } from "../sys/calls";
import { errnoByCode } from "../sys/errno";
import type { SystemCallRecord } from "../sys/run";
import { argumentPieces } from "../trace/strace-calls";
import { returnValue } from "../trace/strace-result";
import { shorten } from "./html";

/** Bytes of a text that are shown. */
const LONGEST_TEXT = 32;

/** As much of a record as words need. */
type Call = Pick<SystemCallRecord, "name" | "args" | "exit"> & Partial<SystemCallRecord>;

/** A recording keeps only the names of programs that were arguments; strace's words ask the program for its name. */
const takesProgram: ReadonlySet<string> = new Set(["execve", "pthread_create"]);

function pieces(call: Call): { before: string; after: string } {
  const args = takesProgram.has(call.name) && typeof call.args[0] === "string" ? [{ name: call.args[0] }] : call.args;
  try {
    return argumentPieces({ ...call, args } as SystemCallRecord, LONGEST_TEXT);
  } catch {
    return { before: call.args.map(rawWords).join(", "), after: "" };
  }
}

function rawWords(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === "object" && value !== null) return "{…}";
  return shorten(typeof value === "string" ? JSON.stringify(value) : String(value), 40);
}

/** A call that hasn't returned: `read(3, 0x…, 4096)`, where 0x… is the address of a buffer. */
export function callWords(name: SystemCallName, args: readonly unknown[]): string {
  const { before, after } = pieces({ name, args, exit: null });
  return `${name}(${before}${after})`;
}

/** A call that has: `read(3, "hello", 4096) = 5`, with its result apart. */
export function finishedWords(call: Call): { call: string; result: string } {
  const { before, after } = pieces(call);
  return { call: `${call.name}(${before}${after})`, result: resultWords(call) };
}

/** Entry, exit and result apart, for a call in which others had their say: `read(3, …`, `… "hello", 4096)` and `= 5`. */
export function cutWords(call: Call): { entry: string; exit: string; result: string } {
  const { before, after } = pieces(call);
  const entry = after === "" || call.exit === null ? `${call.name}(${before}${after})` : `${call.name}(${before}…`;
  return { entry, exit: after === "" ? "" : `… ${after})`, result: resultWords(call) };
}

/** `= 5`, `= -1 EPIPE`. The long words of an error are left out: they are in the sentence beside it. */
function resultWords(call: Call): string {
  if (call.error) return `= -1 ${call.error.code}`;
  try {
    return `= ${returnValue(call as SystemCallRecord)}`;
  } catch {
    return `= ${rawWords(call.result)}`;
  }
}

/** The words for the end of a call as an event tells it. */
export function exitWords(
  name: SystemCallName,
  args: readonly unknown[],
  end: { result?: unknown; error?: string; argsAfter?: readonly unknown[] },
): string {
  const error = end.error === undefined ? undefined : errnoByCode(end.error);
  const words = finishedWords({ name, args, exit: 0, result: end.result, error, argsAfter: end.argsAfter });
  return `${words.call} ${words.result}`;
}

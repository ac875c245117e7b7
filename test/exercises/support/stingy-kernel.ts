/**
 * A kernel of thirty lines that does only what read(2) and write(2) promise, and nothing more: each `read` returns a few bytes, each
 * `write` takes a few. A real kernel is so stingy only now and then, which is why programs that rely on more pass every
 * test and fail in production.
 */
import { concat, type Program, type Request } from "fd3";
import { cutMiddle } from "../../../lib/course/exercises/failure-data";
import { foldRepeats } from "../../../lib/course/exercises/fold-repeats";
import { showBytes } from "../check";

export interface StingyRun {
  /** What the program wrote to descriptor 1. */
  readonly written: Uint8Array;
  /** The calls, as strace prints them. */
  readonly listing: string;
  /** What the program returned. */
  readonly result: unknown;
  /** It made so many calls that it was stopped. */
  readonly endless: boolean;
  /** When it was stopped it was giving `write` the same bytes again and again. */
  readonly sameWrite: boolean;
}

/** Drives a program whose descriptor 0 holds `input`; a read returns 8 bytes at the most, and a write takes 3. */
export function runStingily(program: Program, input: Uint8Array): StingyRun {
  const written: Uint8Array[] = [];
  const lines: string[] = [];
  let rest = input;
  let reply: unknown;
  for (let calls = 0; calls < 10_000; calls++) {
    const step = program.next(reply);
    if (step.done) {
      return { ...seen(lines), written: concat(written), result: step.value, endless: false };
    }
    const { name, args } = step.value as Request;
    const [fd, argument] = args;
    if (name === "read" && fd === 0) {
      const asked = argument instanceof Uint8Array ? argument.length : Number(argument);
      const data = rest.slice(0, Math.min(asked, 8));
      rest = rest.subarray(data.length);
      if (argument instanceof Uint8Array) argument.set(data);
      reply = argument instanceof Uint8Array ? argument.subarray(0, data.length) : data;
      lines.push(`read(0, ${asked}) = ${showBytes(data)}`);
    } else if (name === "write" && argument instanceof Uint8Array) {
      const taken = argument.slice(0, 3);
      written.push(taken);
      reply = taken.length;
      lines.push(`write(${String(fd)}, ${showBytes(argument)}) = ${taken.length}`);
    } else {
      throw new Error(`this program needs read(0, …) and write(1, …) only, but it called ${name}(${String(fd)}, …)`);
    }
  }
  return { ...seen(lines), written: concat(written), result: undefined, endless: true };
}

function seen(lines: readonly string[]): Pick<StingyRun, "listing" | "sameWrite"> {
  const [before, last] = lines.slice(-2);
  return {
    listing: cutMiddle(foldRepeats(lines), 24).join("\n"),
    sameWrite: last?.startsWith("write(") === true && last === before,
  };
}

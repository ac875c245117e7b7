/**
 * Comparisons for checks: each fails with "expected" and "happened" in words that fit what is compared.
 *
 *     sameBytes(received, bytes("hello"), "cat must write what it reads, every byte of it.");
 *     sameDescriptor(fd, 3, { says: "open skipped a free number.", run, rule: "…", read: "open(2)" });
 *
 * What a check says is its first sentence (`says`), or that and all the rest of a failure.
 */
import { isDeepStrictEqual } from "node:util";
import type { Run } from "../../sys";
import { type FailureToSay, fail } from "./failure";
import { describeBytes, showBytes, showError, showValue } from "./show-value";

/** The first sentence of the failure, or the whole of it but for what is expected and what happened. */
export type Said = string | Omit<FailureToSay, "expected" | "happened">;

function say(said: Said, expected: string, happened: string): never {
  fail({ ...(typeof said === "string" ? { says: said } : said), expected, happened });
}

/** Anything that can be compared by its contents: numbers, arrays, plain objects, sets. */
export function same(happened: unknown, expected: unknown, said: Said): void {
  if (isDeepStrictEqual(happened, expected)) return;
  say(said, showValue(expected), showValue(happened));
}

/** Something must hold; `happened` says what was found instead. */
export function holds(condition: boolean, said: Said, expected = "yes", happened = "no"): asserts condition {
  if (!condition) say(said, expected, happened);
}

/** Bytes; says where they begin to differ. */
export function sameBytes(happened: unknown, expected: Uint8Array, said: Said): void {
  if (!(happened instanceof Uint8Array)) {
    say(said, describeBytes(expected), `${showValue(happened)}, which is no Uint8Array`);
  }
  const length = Math.min(happened.length, expected.length);
  let at = 0;
  while (at < length && happened[at] === expected[at]) at++;
  if (at === happened.length && at === expected.length) return;
  say(said, describeBytes(expected), `${describeBytes(happened)}\n${difference(happened, expected, at)}`);
}

function difference(happened: Uint8Array, expected: Uint8Array, at: number): string {
  if (at === happened.length) return `the last ${expected.length - at} of ${expected.length} are missing`;
  if (at === expected.length) return `${happened.length - at} too many: ${showBytes(happened.subarray(at))}`;
  const [is, should] = [happened, expected].map((data) => showBytes(data.subarray(at, at + 1)));
  return `byte ${at} is ${is} and should be ${should}`;
}

/** Text, as of a program's output. */
export function sameText(happened: unknown, expected: string, said: Said): void {
  if (happened !== expected) say(said, JSON.stringify(expected), showValue(happened));
}

/** A descriptor, or another number that a call hands out. */
export function sameDescriptor(happened: unknown, expected: number, said: Said): void {
  if (happened !== expected) say(said, `descriptor ${expected}`, describeDescriptor(happened));
}

function describeDescriptor(value: unknown): string {
  if (typeof value !== "number") return showValue(value);
  return Number.isInteger(value) && value >= 0 ? `descriptor ${value}` : `${value}, which can't be a descriptor`;
}

/** An error by its code ("EBADF"), of a call that failed, an `Errno`, or anything else with a `code`. */
export function sameError(happened: unknown, code: string, said: Said): void {
  const found = typeof happened === "object" && happened !== null && "code" in happened ? happened.code : undefined;
  if (found === code) return;
  say(said, code, happened === undefined ? "no error" : showError(happened));
}

/** `body` must fail with this code. */
export function failsWith(code: string, body: () => unknown, said: Said): void {
  let result: unknown;
  try {
    result = body();
  } catch (error) {
    sameError(error, code, said);
    return;
  }
  say(said, code, `no error; it returned ${showValue(result)}`);
}

/** All processes of a run must have ended by themselves, without an error; says which didn't, and shows the run. */
export function ended(run: Run, said: Partial<Omit<FailureToSay, "run">> = {}): void {
  // Who waits for a child or a thread waits for somebody else's trouble; name the one whose it is.
  const sleeper = run.deadlock.find((one) => !/^(waitpid|pthread_join)\b/.test(one.call)) ?? run.deadlock[0];
  if (sleeper) {
    fail({
      says: `${sleeper.process} sleeps for ever in ${sleeper.call}: nobody is left who could wake it.`,
      rule: "A call that blocks returns when what it waits for happens; here it can't happen any more.",
      ...said,
      run,
    });
  }
  const broken = run.processes.find((process) => process.error);
  if (broken?.error) {
    const says = `${broken.name} ended with an error: ${broken.error.message}.`;
    fail({ says, ...said, ...usedAfterClose(run, broken.pid), run });
  }
  const stuck = run.processes.find((process) => process.status === null);
  if (stuck) fail({ says: `${stuck.name} hadn't ended when the time was up.`, ...said, run });
}

/** What to say when a process ended because it used a descriptor that it had closed itself; nothing otherwise. */
function usedAfterClose(run: Run, pid: number): Partial<FailureToSay> {
  const own = run.calls.filter((call) => call.pid === pid);
  const last = own.at(-1);
  if (last?.error?.code !== "EBADF") return {};
  const fd = last.args[0];
  if (!own.some((call) => call.name === "close" && call.args[0] === fd && !call.error)) return {};
  const did = last.name === "write" ? "wrote to" : last.name === "read" ? "read from" : `called ${last.name} on`;
  return {
    says: `You ${did} descriptor ${String(fd)} after this process had closed it.`,
    rule: "A descriptor that was closed leads nowhere: every call on it fails with EBADF.",
    read: "close(2)",
  };
}

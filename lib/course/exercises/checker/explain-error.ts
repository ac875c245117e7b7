/**
 * Puts what an answer threw into words. A thrown error has a message and a stack; a learner needs the sentence, and the line
 * of their own file, not ours.
 */
import { stripVTControlCharacters } from "node:util";
import type { Failure, Place } from "../failure";
import { codeFrame } from "./code-frame";
import { MEMORY_LIMIT } from "./worker-pool";

/** An error as vitest hands it over: plain data, its stack mapped back to TypeScript. */
export interface ReportedError {
  readonly name?: string;
  readonly message?: string;
  readonly stacks?: readonly { readonly file: string; readonly line: number; readonly column: number }[];
  readonly cause?: ReportedError;
  /** Where the compiler stopped. */
  readonly __vitest_rollup_error__?: { readonly id?: string };
}

const timedOut = /^Test timed out in (\d+)ms/;
const exited = /^process\.exit unexpectedly called with "(.*)"/;
const notFound = /^(?:Cannot find (?:module|package)|Failed to resolve import) ['"]([^'"]+)['"]/;

function placed(failure: Failure, place: Place | undefined): Failure {
  return place ? { ...failure, place, code: codeFrame(place) } : failure;
}

function placeIn(error: ReportedError, answer: string): Place | undefined {
  const frame = error.stacks?.find((one) => one.file === answer);
  return frame && { file: answer, line: frame.line, column: frame.column };
}

/** What happened when `error` came out of a check, or out of loading the answer. */
export function explainError(error: ReportedError, answer: string): Failure {
  const message = error.message ?? "";
  const place = placeIn(error, answer);
  const late = timedOut.exec(message);
  if (late) return neverEnds(Number(late[1]) / 1000);
  const exit = exited.exec(message);
  if (exit) {
    return placed(
      {
        says: `Your code called process.exit(${exit[1] === "undefined" ? "" : exit[1]}), which ends the whole checker instead of your program.`,
        rule: "A program on a kernel of this course ends with `yield* sys.exit(status)`, or by returning.",
      },
      place,
    );
  }
  const missing = notFound.exec(message);
  if (missing) {
    return placed(
      {
        says: `Your file imports "${missing[1]}", which doesn't exist.`,
        rule: 'Everything an answer needs comes from "fd3" or from Node itself.',
      },
      place,
    );
  }
  const syntax = syntaxError(error, answer);
  if (syntax) return syntax;
  const name = error.name ?? "Error";
  const what = message === "" ? name : `${name}: ${message}`;
  if (place)
    return placed(
      { says: `Your code threw an error at line ${place.line}: ${message || name}.`, happened: what },
      place,
    );
  return { says: `The check could not go on: ${message || name}.`, happened: what };
}

function syntaxError(error: ReportedError, answer: string): Failure | null {
  const message = stripVTControlCharacters(error.message ?? "");
  if (!error.__vitest_rollup_error__ && !/PARSE_ERROR|(Transform|Parse) failed|SyntaxError/.test(message)) return null;
  const lines = message.split("\n").map((line) => line.replace(/^\s*\[[A-Z_]+\]\s*/, "").trim());
  const reason = lines.find((line) => line !== "" && !/^(Transform|Parse|Build) failed/.test(line)) ?? "syntax error";
  const at = /\[ .*:(\d+):(\d+) \]/.exec(message);
  const file = error.__vitest_rollup_error__?.id ?? answer;
  const place = at ? { file, line: Number(at[1]), column: Number(at[2]) } : undefined;
  const where = place ? ` at line ${place.line}` : "";
  const which = file === answer ? "Your file" : file;
  return placed({ says: `${which} isn't valid TypeScript${where}: ${reason.replace(/\.$/, "")}.` }, place);
}

/** A check that waited for something which never came. */
export function neverEnds(seconds: number): Failure {
  return {
    says: `It didn't end within ${seconds} s: it waits for something that never comes.`,
    rule: "A promise that nobody resolves, or a program that nobody goes on with, waits for ever.",
  };
}

/** A loop that never gave the thread back, and had to be killed. */
export function endlessLoop(seconds: number, loading: boolean): Failure {
  return {
    says: `${loading ? "Loading your file" : "It"} didn't end within ${seconds} s: an endless loop?`,
    rule: "Ask of each loop in your code: what makes its condition false, and does that ever happen?",
  };
}

/** The worker was gone, without a word. */
export function workerGone(printed: string): Failure {
  if (/heap out of memory|Reached heap limit/.test(printed)) {
    return {
      says: `Your code used more than ${MEMORY_LIMIT} MB of memory and was stopped.`,
      rule: "Something is collected in a loop that never ends, or a size is far larger than was meant.",
    };
  }
  return {
    says: "The process that ran your code ended in the middle of a check.",
    happened: "it was killed or crashed",
  };
}

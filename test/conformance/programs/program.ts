/** One behaviour, as a program that runs on the model and on the real machine; both must do the same. */
import { type Program, type Programs, type RunOptions, type Sys, SystemError } from "fd3";

export interface ConformanceProgram {
  /** Where the behaviour is written down: a man page, "pipe(7)", or an RFC. */
  readonly source: string;
  readonly programs: Programs;
  readonly options?: RunOptions;
  /** Only what the programs return is compared, not every call: for what chance decides on the real machine (who of several threads is first). */
  readonly resultOnly?: boolean;
}

/** By behaviour, named as a sentence. */
export type Suite = Readonly<Record<string, ConformanceProgram>>;

/** The result of a call, or the code of the error it failed with. */
export function* attempt<T>(call: Program<T>): Program<T | string> {
  try {
    return yield* call;
  } catch (error) {
    if (error instanceof SystemError) return error.code;
    throw error;
  }
}

/** Sleeps so long that everybody else in the run has fallen asleep or ended. */
export const LONG_ENOUGH = { tv_sec: 0, tv_nsec: 40_000_000 };

/** Gives others time to get where they are going to sleep. */
export function* pause(sys: Sys, ms = 80): Program<void> {
  yield* sys.nanosleep({ tv_sec: 0, tv_nsec: ms * 1e6 });
}

/** A suite entry for one lone program. */
export function one(source: string, program: (sys: Sys) => Program, options?: RunOptions): ConformanceProgram {
  return { source, programs: program, options };
}

/** The same program, of which only the result is compared. */
export function byResult(program: ConformanceProgram): ConformanceProgram {
  return { ...program, resultOnly: true };
}

/** A suite to be filled: `agree("the behaviour as a sentence; page(2)", program)` adds a program whose every call is compared. */
export function walks() {
  const suite: Record<string, ConformanceProgram> = {};
  const agree = (title: string, programs: Programs, options?: RunOptions): void => {
    const end = title.lastIndexOf("; ");
    const behaviour = title.slice(0, end);
    if (behaviour in suite) throw new Error(`two programs are called "${behaviour}"`);
    suite[behaviour] = { source: title.slice(end + 2), programs, options };
  };
  return { suite: suite as Suite, agree };
}

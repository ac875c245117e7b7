import { isSystemError, type Request } from "../../lib/sys";

/** What a call gave, or the code of its error: for programs that go on after a failure. */
export function* attempt<Result>(
  call: Generator<Request, Result, unknown>,
): Generator<Request, Result | string, unknown> {
  try {
    return yield* call;
  } catch (error) {
    if (isSystemError(error)) return error.code;
    throw error;
  }
}

/** Sleeps so long that everybody else in the run has fallen asleep or ended. */
export const LONG_ENOUGH = { tv_sec: 0, tv_nsec: 40_000_000 };

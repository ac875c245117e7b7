/** What a call gave, or the code of its error: so that a scenario can be written as a list of calls and read as a list of outcomes. */
import { isSystemError, type Request } from "../../../lib/sys";

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

/**
 * Node's errors as errno values.
 *
 * A failed system call inside Node comes out as an `Error` whose `code` is the symbolic name ("ECONNREFUSED"). libuv has put
 * it there, and on Windows it has translated it from Windows' own numbers. Errors that Node makes itself have codes that
 * begin with "ERR_"; they stand for no errno, and only the few below have a system call's error behind them.
 */
import { EBADF, ECONNRESET, EINVAL, EIO, EMSGSIZE, EPIPE, type Errno, errnoByCode } from "../../sys";

const nodesOwn: Record<string, Errno> = {
  ERR_STREAM_DESTROYED: EPIPE,
  ERR_STREAM_WRITE_AFTER_END: EPIPE,
  ERR_STREAM_PREMATURE_CLOSE: ECONNRESET,
  ERR_SOCKET_CLOSED: EBADF,
  ERR_SOCKET_BAD_PORT: EINVAL,
  ERR_OUT_OF_RANGE: EINVAL,
  ERR_INVALID_ARG_VALUE: EINVAL,
  ERR_INVALID_ARG_TYPE: EINVAL,
  EOF: ECONNRESET,
  UV_EMSGSIZE: EMSGSIZE,
};

/** The errno behind an error of Node's; EIO when there is none. */
export function errnoOf(error: unknown): Errno {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return errnoByCode(code) ?? nodesOwn[code] ?? EIO;
}

/** Calls a synchronous function of Node's, for example of `fs`, and throws the Errno when it fails. */
export function orErrno<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw errnoOf(error);
  }
}

/**
 * All bytes out, however few the kernel takes at a time.
 *
 * write(2) and send(2) may take fewer bytes than they were given: a signal came in the middle, or a nonblocking socket's buffer had
 * room for only a part. "Send this" is therefore a loop, in every program on every Unix.
 *
 * Source: write(2), send(2); `writen` in Stevens, UNIX Network Programming, 3.9.
 */
import { isSystemError, MSG_NOSIGNAL, type Request, type Sys } from "../sys";

/** Writes all of `data` to a file, pipe or socket. A peer that reads no more: SIGPIPE, as ever with write(2). */
export function* writeAll(sys: Sys, fd: number, data: Uint8Array): Generator<Request, void, unknown> {
  for (let at = 0; at < data.length; ) at += yield* unlessInterrupted(() => sys.write(fd, data.subarray(at)), 0);
}

/** Sends all of `data` on a stream socket. A peer that is gone is the error EPIPE, not a signal (MSG_NOSIGNAL). */
export function* sendAll(
  sys: Sys,
  fd: number,
  data: Uint8Array,
  flags: number = MSG_NOSIGNAL,
): Generator<Request, void, unknown> {
  for (let at = 0; at < data.length; ) at += yield* unlessInterrupted(() => sys.send(fd, data.subarray(at), flags), 0);
}

/** The call's result; `otherwise` when a signal handler interrupted it before it did anything (EINTR). */
export function* unlessInterrupted<Result>(
  call: () => Generator<Request, Result, unknown>,
  otherwise: Result,
): Generator<Request, Result, unknown> {
  try {
    return yield* call();
  } catch (error) {
    if (isSystemError(error, "EINTR")) return otherwise;
    throw error;
  }
}

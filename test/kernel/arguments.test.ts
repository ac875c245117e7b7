import { type Program, type Sys, SystemError } from "fd3";
import { expect, it } from "vitest";
import { resultOf } from "../support/checked-run";

/** What a program in plain JavaScript might pass. */
const nonsense = {} as never;

it("arguments that are none fail with EFAULT or EBADF, and take nothing down", () => {
  const program = function* (sys: Sys) {
    const [r, w] = yield* sys.pipe();
    const calls: (() => Program)[] = [
      () => sys.open(nonsense, 0),
      () => sys.stat(nonsense),
      () => sys.write(w, nonsense),
      () => sys.writev(w, nonsense),
      () => sys.read(r, nonsense),
      () => sys.readv(r, nonsense),
      () => sys.poll(nonsense, 0),
      () => sys.fork(nonsense),
      () => sys.pthread_create(nonsense),
      () => sys.read(nonsense, 1),
    ];
    const codes: string[] = [];
    for (const call of calls) {
      try {
        yield* call();
      } catch (error) {
        codes.push(error instanceof SystemError ? error.code : String(error));
      }
    }
    return codes;
  };
  expect(resultOf(program)).toEqual([...Array(9).fill("EFAULT"), "EBADF"]);
});

/**
 * Exercise: what a shell does for `command > file`.
 *
 * The command writes to descriptor 1, as always, and knows nothing of the file.
 * Arrange its descriptors before it starts. (Constants such as O_WRONLY are
 * imported from "fd3", as everything is.)
 */
import { bytes, type Program, type ProgramFunction, type Sys } from "fd3";

/** Runs `command` with its output in the file at `path`; returns its exit status. */
export function* runInto(sys: Sys, command: ProgramFunction, path: string): Program<number> {
  // In the child: open the file at `path`, make it descriptor 1, and become the
  // command: yield* sys.execve(command). In the parent: wait for the child, and
  // take its exit status out of what waitpid returned.
  const child = yield* sys.fork(function* redirected(sys) {
    yield* sys.write(1, bytes(`${command.name} should run, into ${path}\n`));
  });
  yield* sys.waitpid(child, 0);
  return 0;
}

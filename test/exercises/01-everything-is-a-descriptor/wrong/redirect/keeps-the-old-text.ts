// Misconception: opening a file for writing empties it.
// Fails: what was in the file before is gone
// Says: behind the new text
import { O_CREAT, O_WRONLY, type Program, type ProgramFunction, type Sys, WEXITSTATUS } from "fd3";

export function* runInto(sys: Sys, command: ProgramFunction, path: string): Program<number> {
  const child = yield* sys.fork(function* redirected(sys) {
    const file = yield* sys.open(path, O_WRONLY | O_CREAT, 0o644);
    yield* sys.dup2(file, 1);
    yield* sys.close(file);
    yield* sys.execve(command);
  });
  const { status } = yield* sys.waitpid(child, 0);
  return WEXITSTATUS(status);
}

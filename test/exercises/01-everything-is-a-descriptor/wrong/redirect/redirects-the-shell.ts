// Misconception: the child can't be redirected, so the parent has to be.
// Fails: the shell's own descriptor 1 stays where it was
// Says: The shell itself was redirected
import { O_CREAT, O_TRUNC, O_WRONLY, type Program, type ProgramFunction, type Sys, WEXITSTATUS } from "fd3";

export function* runInto(sys: Sys, command: ProgramFunction, path: string): Program<number> {
  const file = yield* sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
  yield* sys.dup2(file, 1);
  yield* sys.close(file);
  const child = yield* sys.fork(function* redirected(sys) {
    yield* sys.execve(command);
  });
  const { status } = yield* sys.waitpid(child, 0);
  return WEXITSTATUS(status);
}

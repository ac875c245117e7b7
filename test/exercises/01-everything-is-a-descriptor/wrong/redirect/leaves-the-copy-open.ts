// Misconception: dup2 moves a descriptor; the old number is gone.
// Fails: the command finds descriptors 0, 1 and 2 open, and no other
// Says: one more was left open
import { O_CREAT, O_TRUNC, O_WRONLY, type Program, type ProgramFunction, type Sys, WEXITSTATUS } from "fd3";

export function* runInto(sys: Sys, command: ProgramFunction, path: string): Program<number> {
  const child = yield* sys.fork(function* redirected(sys) {
    const file = yield* sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    yield* sys.dup2(file, 1);
    yield* sys.execve(command);
  });
  const { status } = yield* sys.waitpid(child, 0);
  return WEXITSTATUS(status);
}

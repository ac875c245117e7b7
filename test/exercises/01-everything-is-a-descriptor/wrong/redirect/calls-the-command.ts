// Misconception: to run a command is to call its function.
// Fails: the child becomes the command, with execve
// Says: never became the command
import { O_CREAT, O_TRUNC, O_WRONLY, type Program, type ProgramFunction, type Sys, WEXITSTATUS } from "fd3";

export function* runInto(sys: Sys, command: ProgramFunction, path: string): Program<number> {
  const child = yield* sys.fork(function* redirected(sys) {
    const file = yield* sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    yield* sys.dup2(file, 1);
    yield* sys.close(file);
    yield* command(sys);
  });
  const { status } = yield* sys.waitpid(child, 0);
  return WEXITSTATUS(status);
}

// Misconception: dup2's first argument is the number that changes.
// Fails: what the command writes to descriptor 1 is in the file
// Says: you wanted 1 to lead where 3 leads
import { O_CREAT, O_TRUNC, O_WRONLY, type Program, type ProgramFunction, type Sys, WEXITSTATUS } from "fd3";

export function* runInto(sys: Sys, command: ProgramFunction, path: string): Program<number> {
  const child = yield* sys.fork(function* redirected(sys) {
    const file = yield* sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    yield* sys.dup2(1, file);
    yield* sys.close(file);
    yield* sys.execve(command);
  });
  const { status } = yield* sys.waitpid(child, 0);
  return WEXITSTATUS(status);
}

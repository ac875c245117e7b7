/**
 * The run's own file system: a fresh folder stands for "/".
 *
 * It is every agent's working directory, so a relative path is the program's own, as it is. An absolute one becomes relative
 * with a mark (".//etc/motd") by which it can be told from the program's own when the kernel gives it back (getsockname).
 */
import { posix } from "node:path";

/** These are the machine's own. */
const REAL = new Set(["/dev/null", "/dev/zero", "/dev/full"]);
const MARK = "./";

export function toReal(path: string): string {
  if (typeof path !== "string" || path === "") return path;
  // ".." must not lead out of the folder: above "/" there is "/".
  const inside = path.split("/").includes("..") ? posix.normalize(posix.join("/", path)) : path;
  if (REAL.has(inside)) return inside;
  return inside.startsWith("/") ? MARK + inside : inside;
}

export function fromReal(path: string): string {
  return path.startsWith(`${MARK}/`) ? path.slice(MARK.length) : path;
}

/**
 * The run's own file system: a fresh folder stands for "/".
 *
 * It is every agent's working directory, so a relative path is the program's own, as it is. An absolute one becomes relative
 * with a mark (".//etc/motd") by which it can be told from the program's own when the kernel gives it back (getsockname).
 */
/** These are the machine's own. */
const REAL = new Set(["/dev/null", "/dev/zero", "/dev/full"]);
const MARK = "./";

export function toReal(path: string): string {
  if (typeof path !== "string" || path === "") return path;
  const inside = path.split("/").includes("..") ? withoutEscape(path) : path;
  if (REAL.has(inside)) return inside;
  return inside.startsWith("/") ? MARK + inside : inside;
}

/** Above "/" there is "/" again: a ".." that would lead out of the folder leads nowhere. All else is left to the kernel. */
function withoutEscape(path: string): string {
  let depth = 0;
  const kept = path.split("/").filter((name) => {
    if (name === "" || name === ".") return true;
    depth += name === ".." ? -1 : 1;
    if (depth >= 0) return true;
    depth = 0;
    return false;
  });
  return kept.join("/") || ".";
}

export function fromReal(path: string): string {
  return path.startsWith(`${MARK}/`) ? path.slice(MARK.length) : path;
}

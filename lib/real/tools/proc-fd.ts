/**
 * A process's descriptors as Linux tells them: /proc/PID/fd holds a link for each, /proc/PID/fdinfo its flags and offset.
 *
 * Source: proc_pid_fd(5), proc_pid_fdinfo(5).
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";

export interface DescriptorRow {
  readonly fd: number;
  /** O_* bits, O_CLOEXEC among them. */
  readonly flags: number;
  /** Bytes from the start; null where there is no offset to tell. */
  readonly offset: number | null;
  /** "/etc/motd", "pipe:[1234]", "socket:[1234]", "anon_inode:[eventpoll]". */
  readonly leadsTo: string;
}

/** Descriptors below `end` of a process that is alive; `root` is what it takes for "/". */
export function descriptorsOf(pid: number, root: string, end: number): DescriptorRow[] {
  return numbersIn(`/proc/${pid}/fd`)
    .filter((fd) => fd < end)
    .flatMap((fd) => {
      try {
        const link = readlinkSync(`/proc/${pid}/fd/${fd}`);
        return [row(fd, inRun(link, root), infoOf(pid, fd))];
      } catch {
        return []; // It was closed meanwhile, by a call that is under way.
      }
    });
}

/** A path as the run's programs know it. Beside their "/" are the two pipes that 0, 1 and 2 lead to. */
function inRun(link: string, root: string): string {
  if (link.startsWith(root)) return link.slice(root.length) || "/";
  const folder = dirname(root);
  return link.startsWith(folder) ? `pipe:[the run's ${link.slice(folder.length + 1)}]` : link;
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

function infoOf(pid: number, fd: number): string {
  return readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8");
}

function row(fd: number, leadsTo: string, info: string): DescriptorRow {
  const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? "0", 8);
  const offset = Number(/^pos:\s*(\d+)/m.exec(info)?.[1] ?? 0);
  return { fd, flags, offset: leadsTo.startsWith("/") && !leadsTo.startsWith("/dev/") ? offset : null, leadsTo };
}

/** The inode of "socket:[1234]", or null for anything else. */
export function socketInode({ leadsTo }: DescriptorRow): string | null {
  return /^socket:\[(\d+)\]$/.exec(leadsTo)?.[1] ?? null;
}

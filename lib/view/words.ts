/** Words for what stands in the tables: who a thread is, what a status says, which flags are set. */
import { O_ACCMODE, O_APPEND, O_DIRECTORY, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from "../sys/fcntl";
import { signalName } from "../sys/signal";
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM } from "../sys/socket";
import { WEXITSTATUS, WIFEXITED, WTERMSIG } from "../sys/wait";
import type { FileRow, HostTables } from "../trace/tables";

/** "reader", or "pid 7" when nobody knows that process. */
export function processName(host: HostTables, pid: number): string {
  return host.processes[pid]?.name ?? `process ${pid}`;
}

/** "reader", with its thread where the process has several. */
export function taskName(host: HostTables, tid: number): string {
  const task = host.tasks[tid];
  if (!task) return `thread ${tid}`;
  const several = Object.values(host.tasks).filter((other) => other.pid === task.pid).length > 1;
  const name = processName(host, task.pid);
  return several ? `${name} (thread ${tid})` : name;
}

/** How a process ended, from the number that waitpid gives. */
export function statusWords(status: number): string {
  return WIFEXITED(status) ? `exit status ${WEXITSTATUS(status)}` : `killed by ${signalName(WTERMSIG(status))}`;
}

const accessModes: Record<number, string> = { [O_RDONLY]: "O_RDONLY", [O_WRONLY]: "O_WRONLY", [O_RDWR]: "O_RDWR" };

/** The flags of an open file description, as they are written in C. */
export function flagWords(flags: number): string {
  const words = [accessModes[flags & O_ACCMODE] ?? "O_ACCMODE"];
  if (flags & O_APPEND) words.push("O_APPEND");
  if (flags & O_NONBLOCK) words.push("O_NONBLOCK");
  if (flags & O_DIRECTORY) words.push("O_DIRECTORY");
  return words.join("|");
}

/** Which end of a pipe an open file description is; null when it is none. */
export function pipeEnd(file: FileRow): "read end" | "write end" | null {
  if (file.kind !== "pipe") return null;
  return (file.flags & O_ACCMODE) === O_WRONLY ? "write end" : "read end";
}

/** What a descriptor leads to, in a few words: "pipe 1, read end", "/etc/motd", "socket 3". */
export function leadsTo(file: FileRow | undefined): string {
  if (!file) return "";
  const end = pipeEnd(file);
  return end ? `${file.object}, ${end}` : (file.path ?? file.object);
}

const families: Record<number, string> = { [AF_UNIX]: "AF_UNIX", [AF_INET]: "AF_INET" };
const types: Record<number, string> = {
  [SOCK_STREAM]: "stream",
  [SOCK_DGRAM]: "datagram",
  [SOCK_SEQPACKET]: "packets",
};

/** "AF_UNIX stream". */
export function socketKind(family: number, type: number): string {
  return `${families[family] ?? `family ${family}`} ${types[type] ?? `type ${type}`}`;
}

/** Virtual time for people: "0 ns", "1.5 ms", "2 s". */
export function timeWords(nanoseconds: number): string {
  for (const [unit, size] of [
    ["s", 1e9],
    ["ms", 1e6],
    ["µs", 1e3],
  ] as const) {
    if (nanoseconds >= size) return `${Number((nanoseconds / size).toFixed(3))} ${unit}`;
  }
  return `${nanoseconds} ns`;
}

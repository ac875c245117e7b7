/**
 * The run's own part of what this machine's kernel tells at one moment: its processes' descriptors, and its sockets.
 *
 * Which sockets of the machine are the run's? Those that its processes' descriptors lead to, by inode; and those without a descriptor
 * (not accepted yet, or in TIME-WAIT) that share a port with one that listens.
 */
import { readFileSync } from "node:fs";
import type { SystemCallRecord } from "../../sys";
import { ssTable } from "../../trace/ss-table";
import { type DescriptorRow, descriptorsOf, socketInode } from "./proc-fd";
import { parseInet, parseUnix, type SocketLine } from "./proc-net";

export interface ProcessDescriptors {
  readonly name: string;
  readonly pid: number;
  readonly descriptors: readonly DescriptorRow[];
}

/** TIME-WAIT is left of earlier runs, too: what was there before this one began isn't its own. */
export type EarlierSockets = ReadonlySet<string>;

export function socketsBefore(): EarlierSockets {
  return new Set(parseInet(readTable("tcp"), "t").flatMap((socket) => (socket.inode === "0" ? [keyOf(socket)] : [])));
}

function keyOf({ line }: SocketLine): string {
  return `${line.local}${line.localPort} ${line.peer}${line.peerPort}`;
}

/** What a real machine's kernel told of a run at one moment. */
export interface Snapshot {
  /** The call that had just returned. */
  readonly after: SystemCallRecord;
  readonly processes: readonly ProcessDescriptors[];
  readonly sockets: readonly SocketLine[];
}

interface Living {
  readonly name: string;
  readonly pid: number;
}

interface Surroundings {
  /** What the programs take for "/". */
  readonly root: string;
  readonly end: number;
  readonly calls: readonly SystemCallRecord[];
  readonly before: EarlierSockets;
}

/** Looks now. `calls` are the run's so far; descriptors below `end` are the programs'. */
export function takeSnapshot(
  after: SystemCallRecord,
  living: readonly Living[],
  { root, end, calls, before }: Surroundings,
): Snapshot {
  const processes = living.map(({ name, pid }) => ({ name, pid, descriptors: descriptorsOf(pid, root, end) }));
  const inodes = new Set(processes.flatMap(({ descriptors }) => descriptors.map(socketInode)));
  const all = [
    ...parseInet(readTable("tcp"), "t"),
    ...parseInet(readTable("udp"), "u"),
    ...parseUnix(readTable("unix")),
  ];
  const own = all.filter(({ inode }) => inodes.has(inode));
  const ports = new Set(own.flatMap(({ kind, line }) => (kind === "t" ? [line.localPort] : [])));
  const without = all.filter(
    (socket) =>
      socket.kind === "t" &&
      socket.inode === "0" &&
      !before.has(keyOf(socket)) &&
      (ports.has(socket.line.localPort) || ports.has(socket.line.peerPort)),
  );
  const backlogs = backlogsOf(calls);
  const sockets = [...own, ...without].map((socket) => withBacklog(withoutRoot(socket, root), backlogs));
  return { after, processes, sockets: sockets.filter(hasPlace) };
}

/** What `ss` prints of the run's sockets, with these options. */
export function snapshotSs({ sockets }: Snapshot, options: string): string {
  return ssTable((kind) => sockets.flatMap((socket) => (socket.kind === kind ? [socket.line] : [])), options);
}

function readTable(name: string): string {
  return readFileSync(`/proc/net/${name}`, "utf8");
}

/** A socket that has neither port nor peer isn't listed: ss doesn't, though /proc/net/tcp never held it either. */
function hasPlace({ kind, line }: SocketLine): boolean {
  return kind === "x" || line.localPort !== "*";
}

/** Longest queues by port: what the programs told listen(2), cut down to the machine's limit. */
function backlogsOf(calls: readonly SystemCallRecord[]): Map<string, number> {
  const most = Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
  const ports = new Map<string, string>();
  const backlogs = new Map<string, number>();
  for (const { name, pid, args, result, error, exit } of calls) {
    if (error || exit === null) continue;
    const key = `${pid} ${args[0]}`;
    const address = name === "bind" ? args[1] : name === "getsockname" ? result : null;
    const { port = 0 } = (address ?? {}) as { port?: number };
    if (port > 0) ports.set(key, String(port));
    if (name === "listen") backlogs.set(key, Math.min(Number(args[1]) >>> 0, most));
  }
  return new Map([...backlogs].map(([key, backlog]) => [ports.get(key) ?? "", backlog]));
}

function withBacklog(socket: SocketLine, backlogs: ReadonlyMap<string, number>): SocketLine {
  if (socket.kind !== "t" || socket.line.state !== "LISTEN") return socket;
  const send = backlogs.get(socket.line.localPort);
  return { ...socket, line: { ...socket.line, send: send === undefined ? "-" : String(send) } };
}

/** Paths of Unix sockets as the programs know them. */
function withoutRoot(socket: SocketLine, root: string): SocketLine {
  const { local } = socket.line;
  const path = local.startsWith("./") ? local.slice(2) : local.startsWith(root) ? local.slice(root.length) : local;
  return { ...socket, line: { ...socket.line, local: path.replace(/^\/\//, "/").replace(/^@[0-9a-f]+\//, "@") } };
}

/** The cards of open file descriptions and of the objects behind them. Each card is drawn from its own upper left corner. */
import type { FileRow, HostTables, InodeRow, PipeRow, SocketRow } from "../../trace/tables";
import { count, plural } from "../html";
import { box, fillBar, label, stateSign } from "../svg";
import { flagWords, pipeEnd, socketKind, taskName } from "../words";

export const FILE_WIDTH = 178;
export const FILE_HEIGHT = 56;
export const OBJECT_WIDTH = 194;
const PAD = 10;
const LINE = 16;

/** An open file description: flags, offset, and how many descriptors share it. */
export function fileCard(file: FileRow): string {
  const end = pipeEnd(file);
  const position =
    end ?? (file.kind === "regular" || file.kind === "directory" ? `offset ${count(file.offset)}` : "no offset");
  return [
    box(FILE_WIDTH, FILE_HEIGHT),
    label(PAD, 17, "b", `open file ${file.file}`, 96),
    label(FILE_WIDTH - PAD, 17, "s r", file.refcount === 0 ? "no descriptor" : plural(file.refcount, "descriptor")),
    label(PAD, 33, "m", flagWords(file.flags), FILE_WIDTH - 2 * PAD),
    label(PAD, 48, "s", position),
  ].join("");
}

/** Who sleeps on the queues of an object: one line each, for example "reader: data". */
function sleepersOf(host: HostTables, object: string): string[] {
  const lines: string[] = [];
  for (const task of Object.values(host.tasks)) {
    if (task.state !== "sleeping") continue;
    for (const { queue } of task.queues) {
      if (queue.startsWith(`${object}: `))
        lines.push(`${taskName(host, task.tid)} waits for ${queue.slice(object.length + 2)}`);
    }
  }
  return lines;
}

/** The lines of an object's card, without those who sleep there: functions that draw at a base line. */
function content(host: HostTables, file: FileRow): ((y: number) => string)[] {
  const name = file.object;
  if (host.pipes[name]) return pipeLines(host.pipes[name]);
  if (host.inodes[name]) return inodeLines(host.inodes[name]);
  if (host.sockets[name]) return socketLines(host.sockets[name]);
  if (host.epolls[name] || file.kind === "epoll") {
    const interest = host.epolls[name]?.interest ?? [];
    if (interest.length === 0) return [line("s", "watches nothing")];
    return interest.map((entry) => line("s", `watches fd ${entry.fd}${entry.ready ? ": ready" : ""}`));
  }
  return [line("s", file.kind === "device" ? "device" : file.kind)];
}

function line(kind: string, text: string): (y: number) => string {
  return (y) => label(PAD, y, kind, text, OBJECT_WIDTH - 2 * PAD);
}

function pipeLines(pipe: PipeRow): ((y: number) => string)[] {
  return [
    (y) => fillBar(PAD, y - 9, OBJECT_WIDTH - 2 * PAD, pipe.used, pipe.capacity),
    line("", `${count(pipe.used)} of ${count(pipe.capacity)} bytes`),
    line("s", `${plural(pipe.readers, "reader")} · ${plural(pipe.writers, "writer")}`),
  ];
}

function inodeLines(inode: InodeRow): ((y: number) => string)[] {
  const gone = inode.nlink === 0 ? " · name removed" : "";
  return [line("m", inode.path), line("s", inode.directory ? "directory" : `${plural(inode.size, "byte")}${gone}`)];
}

function socketLines(socket: SocketRow): ((y: number) => string)[] {
  const buffer = (name: string, used: number, size: number) => (y: number) =>
    label(PAD, y, "s", `${name} ${count(used)}`, 92) +
    fillBar(PAD + 94, y - 9, OBJECT_WIDTH - 2 * PAD - 94, used, size);
  const lines = [
    line("s", socketKind(socket.family, socket.socketType)),
    line("", socket.backlog === null ? socket.state : `${socket.state}, backlog ${socket.backlog}`),
    buffer("receive", socket.receiveUsed, socket.receiveSize),
    buffer("send", socket.sendUsed, socket.sendSize),
  ];
  if (socket.local) lines.push(line("ms", `at ${socket.local}`));
  if (socket.remote) lines.push(line("ms", `to ${socket.remote}`));
  if (socket.peer) lines.push(line("s", `other end: ${socket.peer}`));
  return lines;
}

/** The height of the card of the object that an open file leads to. */
export function objectHeight(host: HostTables, file: FileRow): number {
  return 26 + (content(host, file).length + sleepersOf(host, file.object).length) * LINE + 4;
}

/** What an open file leads to: a file, a pipe with its buffer, a socket, an epoll instance, a device. */
export function objectCard(host: HostTables, file: FileRow): string {
  const lines = content(host, file);
  const parts = [box(OBJECT_WIDTH, objectHeight(host, file)), label(PAD, 17, "b", file.object, OBJECT_WIDTH - 2 * PAD)];
  let y = 34;
  for (const draw of lines) {
    parts.push(draw(y));
    y += LINE;
  }
  for (const words of sleepersOf(host, file.object)) {
    parts.push(stateSign("sleeping", PAD, y - 9), label(PAD + 15, y, "", words, OBJECT_WIDTH - 2 * PAD - 15));
    y += LINE;
  }
  return parts.join("");
}

/** The tables of one machine in plain text: what the pictures of descriptors show, for a terminal. */
import type { HostTables } from "../trace/tables";
import { callWords } from "./call-words";
import { count, plural, shorten } from "./html";
import { visibleFiles, visibleProcesses } from "./stage/plan";
import { flagWords, leadsTo, pipeEnd, statusWords } from "./words";

/** Processes with their threads and descriptors, then open files, then the objects that have something to tell. */
export function tablesText(host: HostTables): string {
  const lines: string[] = [];
  for (const pid of visibleProcesses(host)) {
    const process = host.processes[pid];
    const ended = process.status === null ? "" : `, ${statusWords(process.status)}`;
    lines.push(`${process.name} (pid ${pid})${process.state === "zombie" ? " zombie" : ""}${ended}`);
    for (const task of Object.values(host.tasks).filter((each) => each.pid === pid)) {
      const call = task.calls.at(-1);
      const queues = task.queues.map((entry) => entry.queue).join(", ");
      const where = task.state === "sleeping" && queues ? ` on ${queues}` : "";
      lines.push(
        `  thread ${task.tid} ${task.state}${where}${call ? `, in ${shorten(callWords(call.name, call.args), 60)}` : ""}`,
      );
    }
    for (const row of Object.values(host.fdTables[process.fdTable ?? -1]?.fds ?? {})) {
      const mark = row.closeOnExec ? " (close-on-exec)" : "";
      lines.push(`  fd ${row.fd} → open file ${row.file} → ${leadsTo(host.files[row.file])}${mark}`);
    }
  }
  for (const file of visibleFiles(host)) {
    const position = pipeEnd(file) ?? (file.kind === "regular" ? `offset ${count(file.offset)}` : "no offset");
    lines.push(
      `open file ${file.file}: ${flagWords(file.flags)}, ${position}, ${plural(file.refcount, "descriptor")} → ${file.object}`,
    );
  }
  for (const name of new Set(visibleFiles(host).map((file) => file.object))) {
    const words = objectText(host, name);
    if (words) lines.push(`${name}: ${words}`);
  }
  return lines.join("\n");
}

function objectText(host: HostTables, name: string): string | null {
  const pipe = host.pipes[name];
  if (pipe) {
    const ends = `${plural(pipe.readers, "reader")}, ${plural(pipe.writers, "writer")}`;
    return `${count(pipe.used)} of ${count(pipe.capacity)} bytes, ${ends}`;
  }
  const inode = host.inodes[name];
  if (inode) return `${inode.path}, ${inode.directory ? "directory" : plural(inode.size, "byte")}`;
  const socket = host.sockets[name];
  if (socket) {
    const where = `${socket.local ? `, at ${socket.local}` : ""}${socket.remote ? `, to ${socket.remote}` : ""}`;
    return `${socket.state}${where}, receive buffer ${count(socket.receiveUsed)}, send buffer ${count(socket.sendUsed)}`;
  }
  const epoll = host.epolls[name];
  if (epoll) return `watches ${epoll.interest.map((entry) => `fd ${entry.fd}`).join(", ") || "nothing"}`;
  return null;
}

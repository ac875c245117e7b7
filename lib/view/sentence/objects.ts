/** Sentences about files, pipes, sockets, epoll, signals and timers. */
import { signalName } from "../../sys/signal";
import type { PipeRow, SocketRow } from "../../trace/tables";
import { count, plural } from "../html";
import { processName, socketKind, taskName, timeWords } from "../words";
import type { EventOf, Sentences } from "./context";

type Type =
  | `inode.${"create" | "size" | "links" | "free"}`
  | `pipe.${"create" | "buffer" | "free"}`
  | `socket.${"create" | "change" | "buffer" | "free"}`
  | `epoll.${"interest" | "forget" | "ready"}`
  | `signal.${"send" | "deliver"}`
  | `timer.${"set" | "fire" | "cancel"}`
  | "module.fault";

export const objectSentences: Sentences<Type> = {
  "inode.create": ({ path, directory }) => `The ${directory ? "directory" : "file"} ${path} comes to be.`,
  "inode.size": ({ object, size }, before) =>
    `${before.inodes[object]?.path ?? object} is now ${plural(size, "byte")} long.`,
  "inode.links": ({ object, nlink }, before) =>
    `${before.inodes[object]?.path ?? object} now has ${plural(nlink, "name")}.`,
  "inode.free": ({ object }, before) => `The file ${before.inodes[object]?.path ?? object} is gone for good.`,

  "pipe.create": ({ object, capacity }) => `${object} is made, with room for ${count(capacity)} bytes.`,
  "pipe.buffer": (event, before) => pipeSentence(event, before.pipes[event.object]),
  "pipe.free": ({ object }) => `${object} has no end left, and is gone.`,

  "socket.create": ({ object, family, socketType }) => `${object} is made: ${socketKind(family, socketType)}.`,
  "socket.change": (event) => socketChange(event),
  "socket.buffer": (event, before) => socketBuffers(event, before.sockets[event.object]),
  "socket.free": ({ object }) => `${object} is gone.`,

  "epoll.interest": ({ object, fd }) => `${object} now watches descriptor ${fd}.`,
  "epoll.forget": ({ object, fd }) => `${object} forgets descriptor ${fd}.`,
  "epoll.ready": ({ object, fd, ready }) =>
    `${object}: descriptor ${fd} is ${ready ? "put on the ready list" : "taken off the ready list"}.`,

  "signal.send": ({ pid, tid, signal }, before) =>
    `${signalName(signal)} is sent to ${tid === null ? processName(before, pid) : taskName(before, tid)}.`,
  "signal.deliver": ({ tid, signal, action }, before) => {
    const what = { handler: "runs its handler for", terminate: "is ended by", ignore: "ignores" }[action];
    return `${taskName(before, tid)} ${what} ${signalName(signal)}.`;
  },
  "timer.set": ({ at, why }) => `A timer is set for ${timeWords(at)} (${why}).`,
  "timer.fire": ({ timer }, before) => `The timer goes off (${before.timers[timer]?.why ?? timer}).`,
  "timer.cancel": ({ timer }, before) => `The timer is not needed any more (${before.timers[timer]?.why ?? timer}).`,
  "module.fault": ({ module, message }) => `The module “${module}” made a mistake: ${message}`,
};

function pipeSentence(after: EventOf<"pipe.buffer">, before: PipeRow | undefined): string {
  const name = after.object;
  const change = after.used - (before?.used ?? 0);
  if (change > 0) return `${plural(change, "byte")} go${change === 1 ? "es" : ""} into ${name}.`;
  if (change < 0) return `${plural(-change, "byte")} come${change === -1 ? "s" : ""} out of ${name}.`;
  if (before && after.writers === 0 && before.writers > 0)
    return `${name} has no writer any more: what follows its last byte is end of file.`;
  if (before && after.readers === 0 && before.readers > 0)
    return `${name} has no reader any more: writing to it fails with EPIPE.`;
  if (before && after.capacity !== before.capacity) return `${name} now has room for ${count(after.capacity)} bytes.`;
  return `${name} has ${plural(after.readers, "reader")} and ${plural(after.writers, "writer")}.`;
}

function socketChange(event: EventOf<"socket.change">): string {
  const parts: string[] = [];
  if (event.state !== undefined) parts.push(`is ${event.state}`);
  if (event.local !== undefined) parts.push(`has the address ${event.local || "(none)"}`);
  if (event.remote) parts.push(`talks to ${event.remote}`);
  if (event.peer !== undefined)
    parts.push(event.peer === null ? "has lost its other end" : `has ${event.peer} as its other end`);
  if (event.backlog !== undefined) parts.push(`lets ${plural(event.backlog, "connection")} wait`);
  return `${event.object} now ${parts.join(", ") || "has changed"}.`;
}

function socketBuffers(after: EventOf<"socket.buffer">, before: SocketRow | undefined): string {
  const received = after.receiveUsed - (before?.receiveUsed ?? 0);
  const sent = after.sendUsed - (before?.sendUsed ?? 0);
  if (received > 0)
    return `${plural(received, "byte")} arrive${received === 1 ? "s" : ""} in the receive buffer of ${after.object}.`;
  if (received < 0)
    return `${plural(-received, "byte")} leave${received === -1 ? "s" : ""} the receive buffer of ${after.object}.`;
  const bytes = plural(Math.abs(sent), "byte");
  if (sent > 0) return `${bytes} more of the send buffer of ${after.object} ${sent === 1 ? "is" : "are"} in use.`;
  if (sent < 0) return `${bytes} of the send buffer of ${after.object} ${sent === -1 ? "is" : "are"} free again.`;
  return `The buffers of ${after.object} have room for ${count(after.receiveSize)} and ${count(after.sendSize)} bytes.`;
}

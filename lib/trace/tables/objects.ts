/** What open file descriptions lead to: inodes, pipes, sockets, epoll instances. */
import type { KernelEvent } from "../../kernel/events";
import type { Reducers } from "./room";
import type { EpollInterestRow, HostTables } from "./types";

type ObjectEvent = Extract<
  KernelEvent,
  { type: `inode.${string}` | `pipe.${string}` | `socket.${string}` | `epoll.${string}` }
>;

/** Takes every field of the event over into the row, except those that every event carries. */
function take<Row extends object>(row: Row | undefined, event: object): void {
  if (!row) return;
  for (const [field, value] of Object.entries(event))
    if (field in row && field !== "object" && value !== undefined) Object.assign(row, { [field]: value });
}

/** The list of an epoll instance, without one entry. There is no event for its creation, so the row is made when needed. */
function without(host: HostTables, object: string, fd: number, file: number): EpollInterestRow[] {
  host.epolls[object] ??= { object, interest: [] };
  return host.epolls[object].interest.filter((entry) => entry.fd !== fd || entry.file !== file);
}

export const objectReducers: Reducers<ObjectEvent> = {
  "inode.create": (host, { object, directory, path }) => {
    host.inodes[object] = { object, directory, path, size: 0, nlink: 1 };
  },
  "inode.size": (host, event) => take(host.inodes[event.object], event),
  "inode.links": (host, event) => take(host.inodes[event.object], event),
  "inode.free": (host, { object }) => {
    delete host.inodes[object];
  },

  "pipe.create": (host, { object, capacity }) => {
    host.pipes[object] = { object, used: 0, capacity, readers: 0, writers: 0 };
  },
  "pipe.buffer": (host, event) => take(host.pipes[event.object], event),
  "pipe.free": (host, { object }) => {
    delete host.pipes[object];
  },

  "socket.create": (host, { object, family, socketType, protocol }) => {
    host.sockets[object] = {
      object,
      family,
      socketType,
      protocol,
      state: "UNCONNECTED",
      local: null,
      remote: null,
      peer: null,
      backlog: null,
      backlogLimit: null,
      receiveUsed: 0,
      receiveSize: 0,
      sendUsed: 0,
      sendSize: 0,
    };
  },
  "socket.change": (host, event) => take(host.sockets[event.object], event),
  "socket.buffer": (host, event) => take(host.sockets[event.object], event),
  "socket.free": (host, { object }) => {
    delete host.sockets[object];
  },

  "epoll.interest": (host, { object, fd, file, events, data }) => {
    const others = without(host, object, fd, file);
    const ready = host.epolls[object].interest.some((entry) => entry.fd === fd && entry.file === file && entry.ready);
    host.epolls[object].interest = [...others, { fd, file, events, data, ready }];
  },
  "epoll.forget": (host, { object, fd, file }) => {
    const others = without(host, object, fd, file);
    host.epolls[object].interest = others;
  },
  "epoll.ready": (host, { object, fd, file, ready }) => {
    const entry = host.epolls[object]?.interest.find((each) => each.fd === fd && each.file === file);
    if (entry) entry.ready = ready;
  },
};

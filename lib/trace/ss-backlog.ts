/**
 * How many connections may wait for each listening socket: what listen(2) was told, and ss shows as Send-Q.
 *
 * No event of the sockets tells it, so it is folded from the calls themselves.
 *
 * Source: ss(8); listen(2), /proc/sys/net/core/somaxconn.
 */
import type { KernelEvent } from "../kernel/events";
import { defineRoom } from "./tables/room";
import type { HostTables } from "./tables/types";

/** Larger wishes are cut down to this. */
const SOMAXCONN = 4096;

interface Backlogs {
  /** By tid: the listen(2) that a thread is in. */
  asked: Record<number, { object: string; backlog: number }>;
  /** By the socket's name. */
  limits: Record<string, number>;
}

type BacklogEvent = Extract<KernelEvent, { type: "syscall.enter" | "syscall.exit" | "socket.free" }>;

const backlogs = defineRoom<BacklogEvent, Backlogs>("ss", () => ({ asked: {}, limits: {} }), {
  "syscall.enter": (tables, { tid, pid, call, args }, host) => {
    if (call !== "listen") return;
    const object = objectAt(host, pid, args[0]);
    if (object !== null) tables.asked[tid] = { object, backlog: Number(args[1]) };
  },
  "syscall.exit": ({ asked, limits }, { tid, call, error }) => {
    if (call !== "listen" || asked[tid] === undefined) return;
    const { object, backlog } = asked[tid];
    // The kernel takes the number as unsigned: -1 means as many as may be.
    if (error === undefined) limits[object] = Math.min(backlog >>> 0, SOMAXCONN);
    delete asked[tid];
  },
  "socket.free": ({ limits }, { object }) => {
    delete limits[object];
  },
});

function objectAt(host: HostTables, pid: number, fd: unknown): string | null {
  const table = host.processes[pid]?.fdTable ?? null;
  const file = table === null ? undefined : host.fdTables[table]?.fds[Number(fd)]?.file;
  return file === undefined ? null : (host.files[file]?.object ?? null);
}

/** The longest queue of a listening socket, 0 when nobody knows. */
export function backlogLimit(host: HostTables, object: string): number {
  return backlogs(host).limits[object] ?? 0;
}

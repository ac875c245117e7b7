/**
 * TCP's tables, rebuilt from its events: every control block, the handshakes that listeners are in, and what is in TIME_WAIT.
 *
 *     tcpTables(tables.hosts.alice).connections["socket 3"].cwnd
 */
import type { KernelEvent } from "../../kernel/events";
import type { TcpControl, TcpEvent } from "../../net/events";
import { defineRoom } from "./room";
import type { HostTables } from "./types";

/** What has gone by, as TCP_INFO counts it: segments, and bytes of payload. */
export interface TcpCounters {
  segmentsOut: number;
  segmentsIn: number;
  dataSegmentsOut: number;
  dataSegmentsIn: number;
  /** Sent, again or not; acknowledged by the peer, its SYN and FIN counted; arrived in order, its FIN counted. */
  bytesSent: number;
  bytesAcknowledged: number;
  bytesReceived: number;
}

export interface TcpRow extends TcpControl, TcpCounters {
  object: string;
}

/** A handshake that isn't over, or a connection that is. */
export interface TcpEndpoints {
  local: string;
  remote: string;
}

export interface TcpTables {
  /** By socket. */
  connections: Record<string, TcpRow>;
  /** By their two ends: "10.0.0.1:80 10.0.0.2:40000". `object` is the listener. */
  requests: Record<string, TcpEndpoints & { object: string }>;
  /** `until`: virtual nanoseconds. */
  timeWaits: Record<string, TcpEndpoints & { state: "FIN_WAIT2" | "TIME_WAIT"; until: number }>;
}

const NOTHING: TcpCounters = {
  segmentsOut: 0,
  segmentsIn: 0,
  dataSegmentsOut: 0,
  dataSegmentsIn: 0,
  bytesSent: 0,
  bytesAcknowledged: 0,
  bytesReceived: 0,
};

type Told = TcpEvent | Extract<KernelEvent, { type: "socket.free" }>;

const tables = defineRoom<Told, TcpTables>("tcp", () => ({ connections: {}, requests: {}, timeWaits: {} }), {
  "tcp.segment": ({ connections }, { object, direction, length }) => {
    const row = object === null ? undefined : connections[object];
    if (row === undefined) return;
    const data = length > 0 ? 1 : 0;
    if (direction === "in") {
      row.segmentsIn++;
      row.dataSegmentsIn += data;
    } else {
      row.segmentsOut++;
      row.dataSegmentsOut += data;
      row.bytesSent += length;
    }
  },
  "tcp.control": ({ connections }, { type: _type, time: _time, host: _host, object, ...changed }) => {
    const row = connections[object];
    // Another connection on the same socket, or the first: its numbers begin elsewhere.
    if (row === undefined || changed.iss !== undefined || changed.irs !== undefined) {
      const counters = row ?? NOTHING;
      connections[object] = { ...(row as TcpRow), ...counters, object, ...changed };
    } else {
      if (changed.sndUna !== undefined) row.bytesAcknowledged += (changed.sndUna - row.sndUna) >>> 0;
      if (changed.rcvNxt !== undefined) row.bytesReceived += (changed.rcvNxt - row.rcvNxt) >>> 0;
      Object.assign(row, changed);
    }
  },
  "tcp.request": ({ requests }, { object, action, local, remote }) => {
    if (action === "add") requests[`${local} ${remote}`] = { object, local, remote };
    else delete requests[`${local} ${remote}`];
  },
  "tcp.time-wait": ({ timeWaits }, { action, local, remote, state, until }) => {
    if (action === "add") timeWaits[`${local} ${remote}`] = { local, remote, state, until };
    else delete timeWaits[`${local} ${remote}`];
  },
  "socket.free": ({ connections }, { object }) => {
    delete connections[object];
  },
});

/** TCP's tables of one machine. */
export const tcpTables: (host: HostTables) => TcpTables = tables;

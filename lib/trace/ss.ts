/**
 * The sockets of a machine, as ss(8) lists them:
 *
 *     ss(tablesAt(events, 120).hosts.alice, "-tan")
 *
 *     State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
 *     LISTEN 0      5          127.0.0.1:8080       0.0.0.0:*
 *
 * What the two queues mean depends on the state. For a socket that listens, Recv-Q is how many connections wait for accept(2) and
 * Send-Q how many may wait. For any other, they are bytes that the program hasn't read, and bytes sent and not acknowledged.
 *
 * A socket that is only made, and has neither port nor peer, isn't listed for TCP and UDP.
 *
 * The order is ours: listening sockets first, then by age. Linux walks through hash tables.
 *
 * **Not modelled:** names of services (always -n), processes (-p), filters; kinds of socket other than TCP, UDP and Unix; details of
 * Unix sockets; what ss-details.ts says. A socket's number takes the place of its inode. UDP's Recv-Q counts bytes of data, where Linux
 * counts the memory around them too.
 *
 * Source: ss(8); iproute2, misc/ss.c. Compared with iproute2 6.1's own output (test/trace/ss.test.ts).
 */
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM } from "../sys/socket";
import type { SsDetails, SsLine } from "./ss-columns";
import { detailsOf, timeWaitDetails } from "./ss-details";
import { type SsKind, ssTable } from "./ss-table";
import { checkHost } from "./tables/room";
import { type TcpEndpoints, tcpTables } from "./tables/tcp";
import type { HostTables, SocketRow } from "./tables/types";

const STATES: Readonly<Record<string, string>> = { ESTABLISHED: "ESTAB", CLOSED: "UNCONN", UNCONNECTED: "UNCONN" };

/**
 * The table that `ss` prints with these options: t, u, x (default: all three), a or l, n, o (timers), m (memory), i (numbers of
 * connections), H (no header). `now`, virtual nanoseconds, is when: by default the moment of the machine's last event.
 */
export function ss(host: HostTables, options = "", now?: number): string {
  checkHost(host);
  const moment = now ?? host.time;
  return ssTable((kind) => linesOf(host, kind, moment), options);
}

function linesOf(host: HostTables, kind: SsKind, now: number): SsLine[] {
  const lines = Object.values(host.sockets)
    .filter((socket) => kindOf(socket) === kind && hasPlace(host, socket, kind))
    .flatMap((socket) => {
      const line = ssLine(host, socket);
      if (line === null) return [];
      return [kind === "x" ? line : { ...line, details: detailsOf(host, socket, now) }];
    });
  return kind === "t" ? [...lines, ...withoutSocket(host, now)] : lines;
}

/** Handshakes that listeners are in, and what is left of connections: no socket stands for them. */
function withoutSocket(host: HostTables, now: number): SsLine[] {
  const { requests, timeWaits } = tcpTables(host);
  const line = (state: string, { local, remote }: TcpEndpoints, details: SsDetails): SsLine => ({
    netid: "tcp",
    state,
    receive: "0",
    send: "0",
    local: addressOf(local),
    localPort: portOf(local),
    peer: addressOf(remote),
    peerPort: portOf(remote),
    process: "",
    details,
  });
  const nothing = { timer: "", memory: "", options: "", info: "" };
  return [
    ...Object.values(requests).map((ends) => line("SYN-RECV", ends, nothing)),
    ...Object.values(timeWaits).map((ends) =>
      line(ends.state === "FIN_WAIT2" ? "FIN-WAIT-2" : "TIME-WAIT", ends, timeWaitDetails(ends.until, now)),
    ),
  ];
}

/** One socket's cells, listed or not; null for a kind that ss doesn't show here. */
export function ssLine(host: HostTables, socket: SocketRow): SsLine | null {
  const kind = kindOf(socket);
  if (kind === null) return null;
  return kind === "x" ? unixLine(host, socket) : inetLine(socket, kind);
}

function kindOf({ family, socketType }: SocketRow): SsKind | null {
  if (family === AF_UNIX) return "x";
  if (family !== AF_INET) return null;
  return socketType === SOCK_STREAM ? "t" : socketType === SOCK_DGRAM ? "u" : null;
}

/** Is it in the kernel's tables of ports? A socket without one can't be found by a packet, nor by ss. */
function hasPlace(host: HostTables, socket: SocketRow, kind: SsKind): boolean {
  if (kind === "x") return isOpen(host, socket);
  return portOf(socket.local) !== "*" && (kind === "u" || socket.state !== "CLOSED");
}

function stateOf({ state, socketType, remote, family }: SocketRow): string {
  if (family === AF_INET && socketType === SOCK_DGRAM) return remote ? "ESTAB" : "UNCONN";
  return (
    STATES[state] ??
    state.replace(/_/g, "-").replace(/(\D)(\d)$/, (_, letter, digit) => `${letter.replace("-", "")}-${digit}`)
  );
}

function queuesOf(socket: SocketRow): Pick<SsLine, "receive" | "send"> {
  const listens = socket.state === "LISTEN";
  const receive = listens ? (socket.backlog ?? 0) : socket.receiveUsed;
  const send = listens ? (socket.backlogLimit ?? 0) : socket.sendUsed;
  return { receive: String(receive), send: String(send) };
}

function inetLine(socket: SocketRow, kind: "t" | "u"): SsLine {
  return {
    netid: kind === "t" ? "tcp" : "udp",
    state: stateOf(socket),
    ...queuesOf(socket),
    local: addressOf(socket.local),
    localPort: portOf(socket.local),
    peer: addressOf(socket.remote),
    peerPort: portOf(socket.remote),
    process: "",
  };
}

/** Has it a file? The server's end of a Unix connection gets one, and with it a number, only by accept(2). */
function isOpen(host: HostTables, { object }: SocketRow): boolean {
  return Object.values(host.files).some((file) => file.object === object);
}

/** "0.0.0.0:" of "*:80", which is how the events say "any". */
function addressOf(endpoint: string | null): string {
  const address = endpoint?.replace(/:[^:]*$/, "") ?? "";
  return `${address === "" || address === "*" ? "0.0.0.0" : address}:`;
}

function portOf(endpoint: string | null): string {
  return /:(\d+)$/.exec(endpoint ?? "")?.[1] ?? "*";
}

function unixLine(host: HostTables, socket: SocketRow): SsLine {
  const kinds: Readonly<Record<number, string>> = { [SOCK_DGRAM]: "u_dgr", [SOCK_SEQPACKET]: "u_seq" };
  const other = socket.peer === null ? undefined : host.sockets[socket.peer];
  const peer = other && isOpen(host, other) ? other : undefined;
  return {
    netid: kinds[socket.socketType] ?? "u_str",
    state: stateOf(socket),
    ...queuesOf(socket),
    local: `${socket.local || "*"} `,
    localPort: numberOf(socket.object),
    peer: `${peer?.local || "*"} `,
    peerPort: peer === undefined ? "0" : numberOf(peer.object),
    process: "",
  };
}

/** 7 for "socket 7". */
function numberOf(object: string): string {
  return /\d+$/.exec(object)?.[0] ?? "0";
}

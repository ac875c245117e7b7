/**
 * What ss(8) tells of a socket besides its line: with -o its timer, with -m its memory, with -i the numbers of its connection.
 *
 *     timer:(on,200ms,0)    skmem:(r0,rb131072,t0,tb87040,f0,w2304,o0,bl0,d0)    cubic wscale:7,7 rto:204 rtt:0.045/0.02 …
 *
 * **Not modelled:** of skmem `t`, `f`, `o`, `bl` and `d`, which are always 0, and `r` counts bytes of data, where Linux counts the memory
 * around them too; of -i rates other than `send`, `delivered`, `app_limited`, `busy`, `rcv_space`.
 *
 * Source: iproute2 6.1, misc/ss.c: `print_skmeminfo`, `tcp_show_info`, `tcp_stats_print`, `tcp_timer_print`, `print_ms_timer`.
 */
import type { SsDetails } from "./ss-columns";
import { networkTables } from "./tables/network";
import { type TcpRow, tcpTables } from "./tables/tcp";
import type { HostTables, SocketRow } from "./tables/types";

const MILLISECOND = 1e6;
/** Of the kernel's clock, in nanoseconds (net/tick.ts). */
const TICK = 4 * MILLISECOND;
/** "No threshold yet" begins here, for ss. */
const LARGE_THRESHOLD = 0xffff;
const USUAL_REORDERING = 3;

/** How ss calls our timers, the first that runs; and whether it counts probes or retransmissions. */
const TIMERS: readonly (readonly [ours: string, name: string, counts: "timeouts" | "probes"])[] = [
  ["retransmit", "on", "timeouts"],
  ["reordering", "on", "timeouts"],
  ["tail loss probe", "on", "timeouts"],
  ["probe", "persist", "probes"],
  ["keepalive", "keepalive", "probes"],
];

/** The details of a TCP or UDP socket at the moment `now`. */
export function detailsOf(host: HostTables, socket: SocketRow, now: number): SsDetails {
  const row = tcpTables(host).connections[socket.object];
  const receive = row?.receiveMemory ?? socket.receiveUsed;
  const send = row?.sendMemory ?? socket.sendUsed;
  return {
    timer: row === undefined ? "" : timerOf(host, row, now),
    memory: `skmem:(r${receive},rb${socket.receiveSize},t0,tb${socket.sendSize},f0,w${send},o0,bl0,d0)`,
    options: row === undefined ? "" : [row.timestamps && "ts", row.sackPermitted && "sack"].filter(Boolean).join(" "),
    info: row === undefined ? "" : infoOf(row, socket, now),
  };
}

/** What is left of a connection has no details but when it goes. */
export function timeWaitDetails(until: number, now: number): SsDetails {
  return { timer: timer("timewait", until - now, 0), memory: "", options: "", info: "" };
}

function timerOf(host: HostTables, row: TcpRow, now: number): string {
  const { timers } = networkTables(host);
  for (const [ours, name, counts] of TIMERS) {
    const set = timers[`${row.object} ${ours}`];
    if (set !== undefined) return timer(name, set.at - now, row[counts]);
  }
  return "";
}

function timer(name: string, left: number, retransmissions: number): string {
  return `timer:(${name},${duration(Math.max(Math.floor(left / MILLISECOND), 0))},${retransmissions})`;
}

/** "119min", "1min20sec", "9.500ms", "200ms": as ss writes it, the odd third one included. */
export function duration(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = minutes > 9 ? 0 : Math.floor(milliseconds / 1000) % 60;
  const rest = minutes > 0 || seconds > 9 ? 0 : milliseconds % 1000;
  const parts = [minutes > 0 ? `${minutes}min` : "", seconds > 0 ? `${seconds}${rest > 0 ? "." : "sec"}` : ""];
  return `${parts.join("")}${rest > 0 ? `${String(rest).padStart(3, "0")}ms` : ""}`;
}

/** The numbers that aren't zero, in the order of ss. */
function infoOf(row: TcpRow, { state, sendUsed, backlog }: SocketRow, now: number): string {
  if (state === "LISTEN")
    return [row.congestionControl, `cwnd:${row.cwnd}`, count("unacked", backlog ?? 0)].filter(Boolean).join(" ");
  const scaled = row.sndScale > 0 || row.rcvScale > 0;
  const ms = (span: number) => general(span / MILLISECOND);
  // Moments are beginnings of ticks, and so is "now".
  const since = (moment: number) => (Math.floor(now / TICK) * TICK - moment) / MILLISECOND;
  const sent = (row.sndNxt - row.sndUna) >>> 0;
  const words: (string | false)[] = [
    row.congestionControl,
    scaled && `wscale:${row.sndScale},${row.rcvScale}`,
    `rto:${ms(row.rto)}`,
    row.backOff > 0 && `backoff:${row.backOff}`,
    row.srtt > 0 && `rtt:${ms(row.srtt)}/${ms(row.rttvar)}`,
    row.ato > 0 && `ato:${ms(row.ato)}`,
    `mss:${row.sndMss}`,
    row.pathMtu > 0 && `pmtu:${row.pathMtu}`,
    `rcvmss:${row.rcvMss}`,
    `advmss:${row.advMss}`,
    `cwnd:${row.cwnd}`,
    row.ssthresh < LARGE_THRESHOLD && `ssthresh:${row.ssthresh}`,
    count("bytes_sent", row.bytesSent),
    count("bytes_acked", row.bytesAcknowledged),
    count("bytes_received", row.bytesReceived),
    count("segs_out", row.segmentsOut),
    count("segs_in", row.segmentsIn),
    count("data_segs_out", row.dataSegmentsOut),
    count("data_segs_in", row.dataSegmentsIn),
    row.srtt > 0 && `send ${Math.floor((row.cwnd * row.sndMss * 8e9) / row.srtt)}bps`,
    count("lastsnd", since(row.lastSent)),
    count("lastrcv", since(row.lastReceived)),
    count("lastack", since(row.lastHeard)),
    count("unacked", row.unacknowledged),
    row.retransmitted + row.totalRetransmits > 0 && `retrans:${row.retransmitted}/${row.totalRetransmits}`,
    count("lost", row.lost),
    count("sacked", row.sacked),
    row.reordering !== USUAL_REORDERING && count("reordering", row.reordering),
    count("rcv_ssthresh", row.rcvThreshold),
    count("notsent", Math.max(sendUsed - sent, 0)),
    row.minRtt > 0 && `minrtt:${ms(row.minRtt)}`,
    count("snd_wnd", row.sndWnd),
  ];
  return words.filter((word) => word !== false).join(" ");
}

function count(name: string, value: number): string | false {
  return value > 0 && `${name}:${value}`;
}

/** As "%g" prints it: six digits at most. */
function general(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/**
 * TCP_INFO: what a connection knows about itself; what `ss -ti` prints. Times in microseconds, as Linux gives them.
 *
 * Source: struct tcp_info in include/uapi/linux/tcp.h, tcp_get_info in net/ipv4/tcp.c.
 */
import { MICROSECOND, MILLISECOND } from "../../../world/clock";
import { inTicks, TICK, tickOf } from "../../tick";
import type { RecoveryState } from "../loss-recovery/recovery-state";
import type { Listener } from "../open/listener";
import { bytesAcknowledged } from "../receive/ack-arrives";
import { advertisedMss, peerHasSpoken, toldMss } from "../send/mss";
import { add, distance } from "../sequence";
import type { TcpSocket } from "../socket/tcp-socket";
import { isOpening, stateNumber } from "../state";
import type { Tcb } from "../tcb";
import { FALLBACK_RTO, INITIAL_RTO } from "../timers/retransmission-timer";
import { PEERS_WINDOW, SEND_BUFFER } from "./chronograph";

// Bits of tcpi_options (include/uapi/linux/tcp.h).
const TCPI_OPT_TIMESTAMPS = 1;
const TCPI_OPT_SACK = 2;
const TCPI_OPT_WSCALE = 4;
const TCPI_OPT_ECN = 8;
const TCPI_OPT_ECN_SEEN = 16;
/** The variation while nothing was measured, in microseconds: four of it are the RTO, at first and after a handshake that told nothing. */
const RTTVAR_AT_FIRST = INITIAL_RTO / 4 / MICROSECOND;
const RTTVAR_UNMEASURED = FALLBACK_RTO / 4 / MICROSECOND;
/** What CUBIC makes of the initial window, in segments. */
const THRESHOLD_AFTER_SYN = 7;

const recoveryNumbers: Record<RecoveryState, number> = { Open: 0, Disorder: 1, CWR: 2, Recovery: 3, Loss: 4 };

/** The fields of struct tcp_info that the model has; in the order in which they belong together. */
export function tcpInfo(socket: TcpSocket): Record<string, number> {
  return socket.listener === null ? connectionInfo(socket) : listenerInfo(socket, socket.listener);
}

function connectionInfo({ tcb }: TcpSocket): Record<string, number> {
  return { ...agreed(tcb), ...sizes(tcb), ...counts(tcb), ...windows(tcb), ...times(tcb) };
}

/** A SYN that wasn't answered counts as any other loss; the connection itself begins as if there had been none (tcp_enter_loss, undo). */
function isSynLost({ state, retransmits }: Tcb): boolean {
  return isOpening(state) && retransmits > 0;
}

/** In which state it is, and what the two sides have agreed on: what the SYN offers isn't agreed on yet. */
function agreed(tcb: Tcb): Record<string, number> {
  const { state, ecn, snd, rcv } = tcb;
  const options =
    (tcb.timestamps ? TCPI_OPT_TIMESTAMPS : 0) |
    (tcb.sackPermitted ? TCPI_OPT_SACK : 0) |
    (tcb.scaling ? TCPI_OPT_WSCALE : 0) |
    (ecn !== null ? TCPI_OPT_ECN | (ecn.seen ? TCPI_OPT_ECN_SEEN : 0) : 0);
  return {
    tcpi_state: stateNumber(state),
    tcpi_ca_state: recoveryNumbers[isSynLost(tcb) ? "Loss" : tcb.recovery],
    tcpi_options: state === "SYN_SENT" ? 0 : options,
    tcpi_snd_wscale: snd.scale,
    tcpi_rcv_wscale: tcb.scaling && state !== "SYN_SENT" ? rcv.scale : 0,
  };
}

/** How large segments are, in bytes: ours, the peer's, and as we said that we take them. */
function sizes(tcb: Tcb): Record<string, number> {
  const { rcv, used } = tcb;
  return {
    tcpi_snd_mss: toldMss(tcb),
    tcpi_rcv_mss: used ? rcv.mss : 0,
    tcpi_advmss: used ? (peerHasSpoken(tcb) ? advertisedMss(tcb) : rcv.offeredMss) : 0,
    tcpi_pmtu: tcb.owner.flow.route?.mtu ?? 0,
  };
}

/** What is under way and what was, in segments, and in bytes where the name says so. */
function counts(tcb: Tcb): Record<string, number> {
  const { loss, snd, rcv } = tcb;
  const synLost = isSynLost(tcb);
  return {
    tcpi_retransmits: tcb.retransmits,
    tcpi_probes: tcb.probes,
    tcpi_backoff: tcb.backOff,
    tcpi_unacked: tcb.packetsOut + (isOpening(tcb.state) ? 1 : 0),
    tcpi_sacked: loss.sackedOut,
    tcpi_lost: synLost ? 1 : loss.lostOut,
    tcpi_retrans: synLost ? 1 : loss.retransmittedOut,
    tcpi_total_retrans: loss.totalRetransmits,
    tcpi_reordering: tcb.reordering,
    tcpi_reord_seen: loss.reorderingSeen,
    tcpi_dsack_dups: loss.duplicatesTold,
    tcpi_delivered: tcb.delivered,
    tcpi_delivered_ce: tcb.ecn?.deliveredMarked ?? 0,
    tcpi_bytes_acked: bytesAcknowledged(tcb),
    tcpi_bytes_received: rcv.nxt === rcv.irs ? 0 : distance(rcv.nxt, add(rcv.irs, 1)) >>> 0,
    // Of a connection that is over, what was never sent.
    tcpi_notsent_bytes: tcb.hasSendQueue ? Math.max(distance(tcb.sendQueue.tail, snd.nxt), 0) : 0,
  };
}

/** The congestion window in segments, and our own in bytes. */
function windows(tcb: Tcb): Record<string, number> {
  const { rcv, congestionWindow: window } = tcb;
  const synLost = isSynLost(tcb);
  return {
    tcpi_snd_cwnd: synLost ? 1 : window.cwnd,
    tcpi_snd_ssthresh: synLost ? THRESHOLD_AFTER_SYN : window.ssthresh,
    tcpi_rcv_ssthresh: rcv.threshold,
    tcpi_rcv_wnd: rcv.wnd,
    tcpi_rcv_space: rcv.threshold > 0 ? tcb.tuning.space : 0,
  };
}

/** In microseconds; in milliseconds since when something last happened. */
function times(tcb: Tcb): Record<string, number> {
  const { rcv, rtt, chronograph } = tcb;
  const tick = tickOf(tcb.now);
  return {
    tcpi_rto: inTicks(rtt.rto) / MICROSECOND,
    tcpi_ato: Math.round(tcb.ato / MICROSECOND),
    tcpi_rtt: Math.round(rtt.srtt / MICROSECOND),
    tcpi_rttvar: rtt.srtt > 0 ? Math.round(rtt.rttvar / MICROSECOND) : unmeasuredVariation(tcb),
    // As Linux says it when nothing was measured: 2³² − 1.
    tcpi_min_rtt: tcb.minRtt === 0 ? 0xffff_ffff : Math.min(Math.round(tcb.minRtt / MICROSECOND), 0xffff_ffff),
    tcpi_rcv_rtt: rcv.threshold > 0 ? tcb.tuning.roundTrip >> 3 : 0,
    tcpi_last_data_sent: (tick - tickOf(tcb.lastSent)) * (TICK / MILLISECOND),
    tcpi_last_data_recv: (tick - tcb.lastReceived) * (TICK / MILLISECOND),
    tcpi_last_ack_recv: (tick - tcb.lastHeard) * (TICK / MILLISECOND),
    tcpi_busy_time: chronograph.busyTime(tick) * (TICK / MICROSECOND),
    tcpi_rwnd_limited: chronograph.total(PEERS_WINDOW, tick) * (TICK / MICROSECOND),
    tcpi_sndbuf_limited: chronograph.total(SEND_BUFFER, tick) * (TICK / MICROSECOND),
  };
}

function unmeasuredVariation({ used, state }: Tcb): number {
  return used && !isOpening(state) ? RTTVAR_UNMEASURED : RTTVAR_AT_FIRST;
}

/** Of a listener little is told beside its accept queue: how many wait there, and how many may. */
function listenerInfo(socket: TcpSocket, listener: Listener<TcpSocket>): Record<string, number> {
  const info = connectionInfo(socket);
  const { tcpi_snd_cwnd, tcpi_reordering } = info;
  for (const field of Object.keys(info)) info[field] = 0;
  const queue = { tcpi_unacked: listener.queues.length, tcpi_sacked: listener.backlog };
  return { ...info, tcpi_state: stateNumber("LISTEN"), tcpi_snd_cwnd, tcpi_reordering, ...queue };
}

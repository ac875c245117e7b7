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

export function tcpInfo(socket: TcpSocket): Record<string, number> {
  return socket.listener === null ? connectionInfo(socket) : listenerInfo(socket, socket.listener);
}

function connectionInfo(socket: TcpSocket): Record<string, number> {
  const { tcb } = socket;
  const { snd, rcv, rtt, congestionWindow: window } = tcb;
  const tick = tickOf(tcb.now);
  // What the SYN offers isn't agreed on yet.
  const agreed = tcb.state !== "SYN_SENT";
  const options =
    (tcb.timestamps ? TCPI_OPT_TIMESTAMPS : 0) |
    (tcb.sackPermitted ? TCPI_OPT_SACK : 0) |
    (tcb.scaling ? TCPI_OPT_WSCALE : 0) |
    (tcb.ecn !== null ? TCPI_OPT_ECN | (tcb.ecn.seen ? TCPI_OPT_ECN_SEEN : 0) : 0);
  const opening = isOpening(tcb.state);
  // A SYN that wasn't answered counts as any other loss; the connection itself begins as if there had been none (tcp_enter_loss, undo).
  const synLost = opening && tcb.retransmits > 0;
  return {
    tcpi_state: stateNumber(tcb.state),
    tcpi_ca_state: synLost ? recoveryNumbers.Loss : recoveryNumbers[tcb.recovery],
    tcpi_retransmits: tcb.retransmits,
    tcpi_probes: tcb.probes,
    tcpi_backoff: tcb.backOff,
    tcpi_options: agreed ? options : 0,
    tcpi_snd_wscale: snd.scale,
    tcpi_rcv_wscale: tcb.scaling && agreed ? rcv.scale : 0,
    tcpi_rto: inTicks(rtt.rto) / MICROSECOND,
    tcpi_ato: Math.round(tcb.ato / MICROSECOND),
    tcpi_snd_mss: toldMss(tcb),
    tcpi_rcv_mss: tcb.used ? rcv.mss : 0,
    tcpi_unacked: tcb.packetsOut + (opening ? 1 : 0),
    tcpi_sacked: tcb.loss.sackedOut,
    tcpi_lost: synLost ? 1 : tcb.loss.lostOut,
    tcpi_retrans: synLost ? 1 : tcb.loss.retransmittedOut,
    tcpi_last_data_sent: (tick - tickOf(tcb.lastSent)) * (TICK / MILLISECOND),
    tcpi_last_data_recv: (tick - tcb.lastReceived) * (TICK / MILLISECOND),
    tcpi_last_ack_recv: (tick - tcb.lastHeard) * (TICK / MILLISECOND),
    tcpi_pmtu: socket.flow.route?.mtu ?? 0,
    tcpi_rcv_ssthresh: rcv.threshold,
    tcpi_rtt: Math.round(rtt.srtt / MICROSECOND),
    tcpi_rttvar:
      rtt.srtt === 0
        ? tcb.used && !opening
          ? RTTVAR_UNMEASURED
          : RTTVAR_AT_FIRST
        : Math.round(rtt.rttvar / MICROSECOND),
    tcpi_snd_ssthresh: synLost ? THRESHOLD_AFTER_SYN : window.ssthresh,
    tcpi_snd_cwnd: synLost ? 1 : window.cwnd,
    tcpi_advmss: tcb.used ? (peerHasSpoken(tcb) ? advertisedMss(tcb) : rcv.offeredMss) : 0,
    tcpi_reordering: tcb.reordering,
    tcpi_rcv_rtt: rcv.threshold > 0 ? tcb.tuning.roundTrip >> 3 : 0,
    tcpi_rcv_space: rcv.threshold > 0 ? tcb.tuning.space : 0,
    tcpi_reord_seen: tcb.loss.reorderingSeen,
    tcpi_dsack_dups: tcb.loss.duplicatesTold,
    tcpi_bytes_acked: bytesAcknowledged(tcb),
    tcpi_bytes_received: rcv.nxt === rcv.irs ? 0 : distance(rcv.nxt, add(rcv.irs, 1)) >>> 0,
    tcpi_delivered: tcb.delivered,
    tcpi_delivered_ce: tcb.ecn?.deliveredMarked ?? 0,
    tcpi_busy_time: tcb.chronograph.busyTime(tick) * (TICK / MICROSECOND),
    tcpi_rwnd_limited: tcb.chronograph.total(PEERS_WINDOW, tick) * (TICK / MICROSECOND),
    tcpi_sndbuf_limited: tcb.chronograph.total(SEND_BUFFER, tick) * (TICK / MICROSECOND),
    // Of a connection that is over, what was never sent.
    tcpi_notsent_bytes: tcb.hasSendQueue ? Math.max(distance(tcb.sendQueue.tail, snd.nxt), 0) : 0,
    // As Linux says it when nothing was measured: 2³² − 1.
    tcpi_min_rtt: tcb.minRtt === 0 ? 0xffff_ffff : Math.min(Math.round(tcb.minRtt / MICROSECOND), 0xffff_ffff),
    tcpi_total_retrans: tcb.loss.totalRetransmits,
    tcpi_rcv_wnd: rcv.wnd,
  };
}

/** Of a listener little is told beside its accept queue: how many wait there, and how many may. */
function listenerInfo(socket: TcpSocket, listener: Listener<TcpSocket>): Record<string, number> {
  const info = connectionInfo(socket);
  const { tcpi_snd_cwnd, tcpi_reordering } = info;
  for (const field of Object.keys(info)) info[field] = 0;
  const queue = { tcpi_unacked: listener.queues.length, tcpi_sacked: listener.backlog };
  return { ...info, tcpi_state: stateNumber("LISTEN"), tcpi_snd_cwnd, tcpi_reordering, ...queue };
}

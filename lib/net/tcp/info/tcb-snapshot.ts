/**
 * A control block as plain data: what traces tell of it.
 *
 * Source: RFC 9293 section 3.3.1; tcp_get_info in net/ipv4/tcp.c.
 */
import { TICK, tickOf } from "../../tick";
import type { TcpControl } from "../events";
import { receiveMemory, receiveWindow } from "../receive/receive-window";
import { advertisedMss, currentMss } from "../send/mss";
import type { Tcb } from "../tcb";

/** All of it, as it is now. */
export function controlOf(tcb: Tcb): TcpControl {
  return { ...sequenceSpaces(tcb), ...agreed(tcb), ...congestionAndLoss(tcb), ...times(tcb), ...memory(tcb) };
}

/** The sequence spaces and the windows (RFC 9293 3.3.1). */
function sequenceSpaces(tcb: Tcb) {
  const { snd, rcv } = tcb;
  return {
    iss: snd.iss >>> 0,
    irs: rcv.irs >>> 0,
    sndUna: snd.una >>> 0,
    sndNxt: snd.nxt >>> 0,
    sndWnd: snd.wnd,
    rcvNxt: rcv.nxt >>> 0,
    rcvWnd: receiveWindow(tcb),
    rcvThreshold: rcv.threshold,
  };
}

/** What the handshake has agreed on, and how large segments are since. */
function agreed(tcb: Tcb) {
  const { snd, rcv } = tcb;
  return {
    timestamps: tcb.timestamps,
    sackPermitted: tcb.sackPermitted,
    sndScale: snd.scale,
    rcvScale: tcb.scaling ? rcv.scale : 0,
    sndMss: currentMss(tcb),
    rcvMss: rcv.mss,
    advMss: tcb.used ? advertisedMss(tcb) : 0,
    pathMtu: tcb.owner.flow.route?.mtu ?? 0,
  };
}

/** In segments. */
function congestionAndLoss(tcb: Tcb) {
  const { congestionWindow: window, loss } = tcb;
  return {
    congestionControl: tcb.congestion.name,
    cwnd: window.cwnd,
    ssthresh: window.ssthresh,
    unacknowledged: tcb.packetsOut,
    inFlight: tcb.inFlight,
    sacked: loss.sackedOut,
    lost: loss.lostOut,
    retransmitted: loss.retransmittedOut,
    totalRetransmits: loss.totalRetransmits,
    recovery: tcb.recovery,
    reordering: tcb.reordering,
    timeouts: tcb.retransmits,
    backOff: tcb.backOff,
    probes: tcb.probes,
  };
}

/** In nanoseconds. */
function times({ rtt, minRtt, ato, lastSent, lastReceived, lastHeard }: Tcb) {
  const { srtt, rttvar, rto } = rtt;
  const last = { lastSent: tickOf(lastSent) * TICK, lastReceived: lastReceived * TICK, lastHeard: lastHeard * TICK };
  return { srtt, rttvar, rto, minRtt, ato, ...last };
}

/** In bytes. */
function memory(tcb: Tcb) {
  return {
    receiveMemory: receiveMemory(tcb),
    sendMemory: tcb.sendQueue.memory,
    outOfOrder: tcb.reassembler?.bytes ?? 0,
  };
}

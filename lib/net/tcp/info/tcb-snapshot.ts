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

export function controlOf(tcb: Tcb): TcpControl {
  const { snd, rcv, congestionWindow: window, rtt } = tcb;
  const outOfOrder = tcb.reassembler?.bytes ?? 0;
  return {
    iss: snd.iss >>> 0,
    irs: rcv.irs >>> 0,
    sndUna: snd.una >>> 0,
    sndNxt: snd.nxt >>> 0,
    sndWnd: snd.wnd,
    rcvNxt: rcv.nxt >>> 0,
    rcvWnd: receiveWindow(tcb),
    rcvThreshold: rcv.threshold,
    timestamps: tcb.timestamps,
    sackPermitted: tcb.sackPermitted,
    sndScale: snd.scale,
    rcvScale: tcb.scaling ? rcv.scale : 0,
    sndMss: currentMss(tcb),
    rcvMss: rcv.mss,
    advMss: tcb.used ? advertisedMss(tcb) : 0,
    pathMtu: tcb.owner.flow.route?.mtu ?? 0,
    congestionControl: tcb.congestion.name,
    cwnd: window.cwnd,
    ssthresh: window.ssthresh,
    unacknowledged: tcb.packetsOut,
    inFlight: tcb.inFlight,
    sacked: tcb.loss.sackedOut,
    lost: tcb.loss.lostOut,
    retransmitted: tcb.loss.retransmittedOut,
    totalRetransmits: tcb.loss.totalRetransmits,
    recovery: tcb.recovery,
    reordering: tcb.reordering,
    srtt: rtt.srtt,
    rttvar: rtt.rttvar,
    rto: rtt.rto,
    minRtt: tcb.minRtt,
    ato: tcb.ato,
    timeouts: tcb.retransmits,
    backOff: tcb.backOff,
    probes: tcb.probes,
    receiveMemory: receiveMemory(tcb),
    sendMemory: tcb.sendQueue.memory,
    outOfOrder,
    lastSent: tickOf(tcb.lastSent) * TICK,
    lastReceived: tcb.lastReceived * TICK,
    lastHeard: tcb.lastHeard * TICK,
  };
}

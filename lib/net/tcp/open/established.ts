/**
 * The handshake is over: both sides know what the other can do, and bytes may flow.
 *
 * Source: RFC 9293 section 3.7.1 (MSS), RFC 7323 sections 2.2, 2.3 and 3.2, RFC 2018 section 2; tcp_finish_connect, tcp_init_transfer
 * in Linux.
 */
import type { Nanoseconds } from "../../../world/clock";
import { tickOf } from "../../tick";
import { settleEcn } from "../congestion/ecn";
import { beginReceiveWindow, MAX_UNSCALED } from "../receive/receive-window";
import { ACK, type Segment, SYN } from "../segment";
import { DEFAULT_MSS, initialReceiveMss } from "../send/mss";
import { expandSendBuffer } from "../send/send-buffer";
import type { Tcb } from "../tcb";
import { keepAliveChanged } from "../timers/keepalive";
import { echoes, roundTripOfEcho } from "../timestamps";

/** Takes over what the peer's SYN says. An option counts only when both sides have sent it. */
export function takeOptions(tcb: Tcb, syn: Segment): void {
  const { snd, rcv } = tcb;
  snd.mss = Math.min(snd.mss, syn.mss > 0 ? syn.mss : DEFAULT_MSS);
  tcb.sackPermitted &&= syn.sackPermitted;
  tcb.timestamps &&= syn.hasTimestamps;
  if (tcb.timestamps) tcb.noteTimestamp(syn.tsVal);
  if (tcb.ecn !== null) settleEcn(tcb, syn);
  tcb.scaling &&= syn.windowScale >= 0;
  snd.scale = tcb.scaling ? syn.windowScale : 0;
  // RFC 7323 2.3: "it MUST set both Snd.Wind.Shift and Rcv.Wind.Shift to zero". Linux forgets the latter when both open at once.
  if (!tcb.scaling && syn.has(ACK)) {
    rcv.scale = 0;
    rcv.clamp = Math.min(rcv.clamp, MAX_UNSCALED);
  }
}

/**
 * How long the handshake's round trip took, if that can be said: what was acknowledged left only once, at `since` (Karn's algorithm, RFC
 * 6298 section 3), or the echo of a timestamp says which one it is.
 */
export function measureHandshake(tcb: Tcb, segment: Segment, since: Nanoseconds | null): void {
  if (since !== null) tcb.measured(tcb.now - since);
  else if (echoes(tcb, segment)) tcb.measured(roundTripOfEcho(tcb, segment));
}

/** The SYN is acknowledged: `segment` is the one that did it. */
export function established(tcb: Tcb, segment: Segment): void {
  const { snd, options } = tcb;
  snd.wl1 = segment.seq;
  // RFC 7323 2.2: "The window field in a segment where the SYN bit is set … MUST NOT be scaled".
  snd.wnd = tcb.state === "SYN_SENT" ? segment.window : segment.window << snd.scale;
  // Where both open at once, Linux shifts even a SYN's window; but not for the largest that it has seen (tcp_ack_update_window).
  snd.maxWnd = segment.has(SYN) ? segment.window : snd.wnd;
  snd.pushed = snd.nxt;
  beginReceiveWindow(tcb);
  tcb.rcv.mss = initialReceiveMss(tcb);
  if (tcb.hasTimers) tcb.timers.stopRetransmit();
  // Without SACK a timeout is over only when something beyond the SYN is acknowledged (tcp_is_non_sack_preventing_reopen).
  if (tcb.retransmits > 0 && !tcb.sackPermitted) {
    tcb.setRecovery("Loss");
    tcb.loss.recoveryPoint = snd.nxt;
  }
  tcb.forgetRetransmissions();
  tcb.establishedAt = tcb.now;
  tcb.lastHeard = tickOf(tcb.now);
  tcb.lastReceived = tcb.lastHeard;
  // The SYN has arrived.
  tcb.delivered = 1;
  tcb.setState("ESTABLISHED");
  if (tcb.rtt.srtt === 0) tcb.rtt.progressed(/* handshakeOver */ true);
  // RFC 5681 3.1: "if the SYN or SYN/ACK is lost, the initial window … MUST be one segment"; Linux lets one loss pass (tcp_init_transfer).
  if (tcb.hasLoss && tcb.loss.totalRetransmits > 1) tcb.congestionWindow.cwnd = 1;
  expandSendBuffer(tcb);
  if (options.keepAlive) keepAliveChanged(tcb);
}

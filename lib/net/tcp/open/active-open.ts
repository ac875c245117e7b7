/**
 * The active open: a SYN goes out, and something comes back.
 *
 *     CLOSED ──SYN→ SYN_SENT ──(SYN,ACK comes) ACK→ ESTABLISHED
 *                            ──(SYN comes) SYN,ACK→ SYN_RECV        both opened at the same time
 *                            ──(RST comes)→ CLOSED, ECONNREFUSED
 *
 * Source: RFC 9293 sections 3.5 (three-way handshake), 3.10.1 (OPEN), 3.10.7.3 (SYN-SENT); tcp_connect,
 * tcp_rcv_synsent_state_process in Linux.
 */
import { TICK } from "../../tick";
import { resetByPeer } from "../close/abort";
import { resetFor } from "../close/refuse";
import { asksForEcn, Ecn } from "../congestion/ecn";
import { acknowledgeWithData } from "../receive/delayed-ack";
import { beginningWindow, MAX_UNSCALED } from "../receive/receive-window";
import { ACK, CWR, ECE, RST, type Segment, SYN } from "../segment";
import { initialReceiveMss, MIN_MSS, mssToOffer } from "../send/mss";
import { emptySegment, sendAck } from "../send/send-segment";
import { add, after, toSeq } from "../sequence";
import type { Tcb } from "../tcb";
import { addTimestamps } from "../timestamps";
import { established, measureHandshake, takeOptions } from "./established";

/** TCP_TIMEOUT_MIN. */
const SHORTEST_TIMEOUT = 2 * TICK;

/** Begins a connection over a path with this MTU. The owner has its four numbers. */
export function activeOpen(tcb: Tcb, mtu: number): void {
  const { snd, rcv, options, settings, host } = tcb;
  snd.mss = mssToOffer(mtu, tcb.settings.userMss);
  rcv.offeredMss = snd.mss;
  rcv.mss = MIN_MSS;
  // RFC 9293 3.4.1: a number that an outsider can't guess.
  tcb.startAt(toSeq(host.random32()));
  tcb.scaling = host.sysctl.tcp_window_scaling !== 0;
  const { window, scale, clamp } = beginningWindow(options, host.sysctl, snd.mss, tcb.scaling, settings.windowClamp);
  rcv.wnd = window;
  rcv.scale = scale;
  rcv.clamp = clamp;
  tcb.timestamps = host.sysctl.tcp_timestamps !== 0;
  tcb.sackPermitted = host.sysctl.tcp_sack !== 0;
  tcb.ecn = asksForEcn(host.sysctl) ? new Ecn() : null;
  tcb.tsOffset = host.random32() | 0;
  snd.nxt = add(snd.iss, 1);
  tcb.setState("SYN_SENT");
  tcb.lastSent = tcb.now;
  tcb.timers.set("retransmit", tcb.rtt.rto);
  sendSyn(tcb);
}

/** The SYN, or the SYN-ACK after a simultaneous open; also when it is sent again (tcp_connect, tcp_send_synack). */
export function sendSyn(tcb: Tcb): void {
  const { snd, rcv, host } = tcb;
  const { sysctl } = host;
  const answers = tcb.state !== "SYN_SENT";
  const segment = emptySegment(tcb, answers ? SYN | ACK : SYN, snd.iss);
  if (answers) segment.ack = rcv.nxt;
  // A SYN that has got lost may have been too much for somebody on the way: the next one doesn't ask (net.ipv4.tcp_ecn_fallback).
  if (tcb.ecn !== null && answers) segment.flags |= ECE;
  else if (tcb.ecn !== null && tcb.retransmits === 0) segment.flags |= ECE | CWR;
  segment.window = Math.min(rcv.wnd, MAX_UNSCALED);
  segment.mss = rcv.offeredMss;
  if (sysctl.tcp_window_scaling !== 0) segment.windowScale = rcv.scale;
  segment.sackPermitted = sysctl.tcp_sack !== 0;
  if (sysctl.tcp_timestamps !== 0) addTimestamps(tcb, segment);
  tcb.host.transmit(tcb, segment, null);
}

/** RFC 9293 3.10.7.3: something comes back (tcp_rcv_synsent_state_process). */
export function arrivesInSynSent(tcb: Tcb, segment: Segment): void {
  const { snd, rcv } = tcb;
  const acked = segment.has(ACK);
  // "First, check the ACK bit: If SEG.ACK =< ISS or SEG.ACK > SND.NXT, send a reset (unless the RST bit is set …)".
  if (acked && (!after(segment.ack, snd.iss) || after(segment.ack, snd.nxt))) {
    // An old one may be in the way: the SYN is sent again soon.
    if (tcb.retransmits === 0) tcb.timers.set("retransmit", SHORTEST_TIMEOUT);
    resetFor(tcb.host, segment);
    return;
  }
  // "Second, check the RST bit: … If the ACK was acceptable, … drop the segment, enter CLOSED state … Otherwise (no ACK), drop".
  if (segment.has(RST)) {
    if (acked) resetByPeer(tcb);
    return;
  }
  // "Fourth, check the SYN bit."
  if (!segment.has(SYN)) return;
  rcv.irs = segment.seq;
  rcv.nxt = add(segment.seq, 1);
  rcv.wup = rcv.nxt;
  takeOptions(tcb, segment);
  if (acked) answered(tcb, segment);
  else openedByBoth(tcb, segment);
}

/** A SYN-ACK: the connection stands, and the third segment of the handshake leaves. */
function answered(tcb: Tcb, segment: Segment): void {
  // A round trip that is free of doubt only if the SYN was sent once (Karn).
  measureHandshake(tcb, segment, tcb.retransmits === 0 ? tcb.lastSent : null);
  // After a timeout the window is to shrink; the peer is to know (tcp_enter_loss).
  if (tcb.ecn !== null && tcb.retransmits > 0) tcb.ecn.reduced = true;
  tcb.snd.una = segment.ack;
  established(tcb, segment);
  tcb.owner.wakeAll();
  // Who has said that data will follow soon saves the acknowledgement: TCP_QUICKACK switched off, TCP_DEFER_ACCEPT on this side, or a
  // thread that waits to send.
  if (tcb.pingPong || tcb.settings.deferAccept > 0 || tcb.wantsRoom) acknowledgeWithData(tcb);
  else sendAck(tcb);
}

/** A SYN without ACK: "enter SYN-RECEIVED, form a SYN,ACK segment". Both sides have opened at the same time. */
function openedByBoth(tcb: Tcb, segment: Segment): void {
  const { snd, rcv } = tcb;
  tcb.setState("SYN_RECV");
  tcb.lastSent = tcb.now;
  snd.wl1 = segment.seq;
  snd.wnd = segment.window;
  snd.maxWnd = segment.window;
  rcv.mss = initialReceiveMss(tcb);
  // The timer that was set for the SYN goes on.
  sendSyn(tcb);
}

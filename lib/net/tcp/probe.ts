/**
 * Probing a shut window: the peer has said "no room", and if its word that there is room again gets lost, both wait for ever.
 *
 * So the sender asks, again and again at growing intervals, with a segment that lies just before the window: it must be answered,
 * and the answer tells the window. A peer that answers can keep its window shut as long as it likes; one that has gone can't.
 *
 * Source: RFC 9293 section 3.8.6.1; tcp_probe_timer, tcp_write_wakeup, tcp_send_probe0 in net/ipv4.
 */
import { ETIMEDOUT } from "../../sys/errno";
import { MILLISECOND } from "../../world/clock";
import { fail } from "./abort";
import { currentMss } from "./mss";
import { push, send, sendFirstTime } from "./output";
import { MAX_RTO } from "./retransmission-timer";
import { orphanRetries } from "./retransmit";
import { ACK } from "./segment";
import { add, before, distance } from "./sequence";
import type { Tcb } from "./tcb";

/** How long until the next probe, doubled with each (RFC 9293 3.8.6.1, SHLD-30). */
function interval(tcb: Tcb): number {
  return Math.min(tcb.rtt.rto * 2 ** Math.min(tcb.probes, 20), MAX_RTO);
}

export function probeTimeout(tcb: Tcb): void {
  const waiting = tcb.sendQueue.nextToSend();
  if (tcb.packetsOut > 0 || waiting === undefined) {
    tcb.probes = 0;
    return;
  }
  const most = tcb.owner.dead ? orphanRetries(tcb) : tcb.host.sysctl.tcp_retries2;
  const tooLong =
    tcb.settings.userTimeout > 0 &&
    tcb.retransmitSince !== null &&
    tcb.now - tcb.retransmitSince >= tcb.settings.userTimeout;
  if (tcb.probes >= most || tooLong) {
    fail(tcb, tcb.softError ?? ETIMEDOUT);
    return;
  }
  tcb.retransmitSince ??= tcb.now;
  if (writeWakeup(tcb)) tcb.probes++;
  if (tcb.packetsOut === 0) tcb.timers.setProbe(interval(tcb));
}

/** Sends what fits into the window, however little; if that is nothing, a segment that must be answered. False when nothing is left to say. */
function writeWakeup(tcb: Tcb): boolean {
  const chunk = tcb.sendQueue.nextToSend();
  const edge = add(tcb.snd.una, tcb.snd.wnd);
  if (chunk !== undefined && before(chunk.seq, edge)) {
    const mss = currentMss(tcb);
    const size = Math.min(distance(edge, chunk.seq), mss);
    if (size < chunk.size) tcb.sendQueue.split(chunk, size);
    chunk.push = true;
    sendFirstTime(tcb, chunk, mss);
    return true;
  }
  sendProbe(tcb);
  return true;
}

/** "Are you there?": one number before what the peer expects. It can't be accepted, so it must be acknowledged. */
export function sendProbe(tcb: Tcb): void {
  send(tcb, ACK, add(tcb.snd.una, -1), null);
}

/** An acknowledgement has come while nothing was on its way (tcp_ack_probe). */
export function probeAnswered(tcb: Tcb): void {
  const chunk = tcb.sendQueue.nextToSend();
  if (chunk === undefined) return;
  const edge = add(tcb.snd.una, tcb.snd.wnd);
  if (!before(edge, chunk.endSeq)) {
    tcb.probes = 0;
    tcb.timers.stopRetransmit();
    push(tcb);
    return;
  }
  tcb.timers.setProbe(Math.max(interval(tcb), 200 * MILLISECOND));
}

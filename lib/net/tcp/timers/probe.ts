/**
 * Probing a shut window: the peer has said "no room", and if its word that there is room again gets lost, both wait for ever.
 *
 * So the sender asks, again and again at growing intervals, with a segment that lies just before the window: it must be answered,
 * and the answer tells the window. A peer that answers can keep its window shut as long as it likes; one that has gone can't.
 *
 * Source: RFC 9293 section 3.8.6.1; tcp_probe_timer, tcp_write_wakeup, tcp_send_probe0 in net/ipv4.
 */
import { ETIMEDOUT } from "../../../sys/errno";
import type { Nanoseconds } from "../../../world/clock";
import { fail } from "../close/abort";
import { ACK } from "../segment";
import { currentMss } from "../send/mss";
import { sendSegment } from "../send/send-segment";
import { sendFirstTime } from "../send/transmit-chunk";
import { add, after, before, distance } from "../sequence";
import type { Tcb } from "../tcb";
import { isMarkNear } from "../urgent";
import { longestTimeout, retriesAllowed, withinUserTimeout } from "./give-up";
import { MIN_RTO } from "./retransmission-timer";

/** Something waits that may not be sent, and nothing under way will bring an answer. */
export function scheduleProbe(tcb: Tcb): void {
  tcb.timers.set("probe", Math.max(tcb.rtt.rto, MIN_RTO));
}

/** It is time to ask again; or to give up, if nobody has answered for too long (tcp_probe_timer). */
export function probeTimeout(tcb: Tcb): void {
  const { sendQueue, settings } = tcb;
  if (tcb.packetsOut > 0 || sendQueue.nextToSend() === undefined) {
    stopProbing(tcb);
    return;
  }
  const since = tcb.probingSince;
  const tooLong = settings.userTimeout > 0 && since !== null && tcb.now - since >= settings.userTimeout;
  tcb.probingSince ??= tcb.now;
  if (tcb.probes >= retriesAllowed(tcb) || tooLong) {
    fail(tcb, tcb.owner.softError ?? ETIMEDOUT);
    return;
  }
  writeWakeup(tcb);
  if (tcb.packetsOut > 0) {
    stopProbing(tcb);
    return;
  }
  tcb.probes++;
  tcb.backOff = Math.min(tcb.backOff + 1, tcb.host.sysctl.tcp_retries2);
  tcb.timers.set("probe", interval(tcb));
}

function stopProbing(tcb: Tcb): void {
  tcb.probes = 0;
  tcb.backOff = 0;
  tcb.probingSince = null;
}

/** Sends what fits into the window, however little; if that is nothing, a segment that must be answered. */
function writeWakeup(tcb: Tcb): void {
  const chunk = tcb.sendQueue.nextToSend();
  const edge = tcb.snd.windowEnd;
  if (chunk !== undefined && before(chunk.seq, edge)) {
    const mss = currentMss(tcb);
    const size = Math.min(distance(edge, chunk.seq), mss);
    if (size < chunk.size) tcb.sendQueue.split(chunk, size);
    chunk.push = true;
    sendFirstTime(tcb, chunk, mss);
    return;
  }
  // One number further, and it tells of urgent data (tcp_xmit_probe_skb).
  if (tcb.hasUrgent && isMarkNear(tcb)) sendSegment(tcb, ACK, tcb.snd.una, null);
  sendProbe(tcb);
}

/** "Are you there?": one number before what the peer expects. It can't be accepted, so it must be acknowledged. */
export function sendProbe(tcb: Tcb): void {
  sendSegment(tcb, ACK, add(tcb.snd.una, -1), null);
}

/** An acknowledgement has come while nothing was on its way (tcp_ack_probe). */
export function probeAnswered(tcb: Tcb): void {
  if (!tcb.hasSendQueue) return;
  const chunk = tcb.sendQueue.nextToSend();
  if (chunk === undefined) return;
  if (after(chunk.endSeq, tcb.snd.windowEnd)) {
    tcb.timers.set("probe", interval(tcb));
    return;
  }
  // It may leave now, and will when all is worked out.
  tcb.backOff = 0;
  tcb.probingSince = null;
  tcb.timers.stopRetransmit();
}

/** How long until the next probe, doubled with each (RFC 9293 3.8.6.1, SHLD-30). */
function interval(tcb: Tcb): Nanoseconds {
  const base = Math.max(tcb.rtt.rto, MIN_RTO);
  const longest = longestTimeout(tcb.settings, tcb.host.sysctl);
  return withinUserTimeout(tcb, tcb.probingSince, Math.min(base * 2 ** Math.min(tcb.backOff, 10), longest));
}

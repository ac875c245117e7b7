/**
 * The tail loss probe: when the *last* segments of a burst are lost, nothing arrives behind them that could tell, and the retransmission
 * timer is slow. So after two round trips of silence one segment is sent: a new one, or the last one again. Its
 * acknowledgement tells, by SACK, what is missing; and if nothing is, no harm was done.
 *
 * Source: RFC 8985 section 7; tcp_schedule_loss_probe, tcp_send_loss_probe in net/ipv4/tcp_output.c, tcp_process_tlp_ack in tcp_input.c.
 */
import { MILLISECOND, type Nanoseconds, SECOND } from "../../../world/clock";
import { noteWindowUse } from "../congestion/congestion-window";
import { beginReduction, endReduction } from "../congestion/window-reduction";
import type { AckEffect } from "../receive/ack-effect";
import { currentMss } from "../send/mss";
import { sendAgain, sendFirstTime } from "../send/transmit-chunk";
import { add, after, before, type Seq } from "../sequence";
import type { Tcb } from "../tcb";
import { MIN_RTO } from "../timers/retransmission-timer";
import { keepOpen } from "./recovery-state";
import { refit } from "./refit";

/** TCP_TIMEOUT_MIN_US. */
const MARGIN = 2 * MILLISECOND;

/**
 * Makes the timer stand for a probe, where there is one to be sent; no later than the retransmission timer, which has `left` to run
 * (tcp_schedule_loss_probe).
 */
export function scheduleTailProbe(tcb: Tcb, left: Nanoseconds): boolean {
  const { recovery, packetsOut, rtt } = tcb;
  if (tcb.host.sysctl.tcp_early_retrans === 0 || packetsOut === 0 || !tcb.sackPermitted) return false;
  if (tcb.hasLoss && tcb.loss.synUnderWay) return false;
  if (recovery !== "Open" && recovery !== "CWR") return false;
  // 7.2: "PTO = 2 * SRTT", and time for the peer's delayed acknowledgement where only one segment is under way.
  let timeout = SECOND;
  if (rtt.srtt > 0) timeout = 2 * rtt.srtt + (packetsOut === 1 ? MIN_RTO : MARGIN);
  if (left > 0) timeout = Math.min(timeout, left);
  tcb.timers.set("tail loss probe", timeout);
  return true;
}

/** Two round trips of silence. */
export function tailProbeTimeout(tcb: Tcb): void {
  // One at a time.
  if (tcb.loss.tailProbe === null && sendProbe(tcb)) {
    tcb.loss.tailProbe = tcb.snd.nxt;
    tcb.timers.set("retransmit", tcb.rtt.rto);
  } else {
    tcb.timers.rearm();
  }
}

/** A new segment if the peer's window takes one, else the last again. */
function sendProbe(tcb: Tcb): boolean {
  const { sendQueue, snd } = tcb;
  tcb.loss.tailProbeRepeats = false;
  const mss = currentMss(tcb);
  const chunk = sendQueue.nextToSend();
  if (chunk !== undefined) {
    const end = chunk.size > mss ? add(chunk.seq, mss) : chunk.endSeq;
    if (!after(end, snd.windowEnd)) {
      if (chunk.size > mss) sendQueue.split(chunk, mss);
      sendFirstTime(tcb, chunk, mss);
      noteWindowUse(tcb, tcb.inFlight >= tcb.cwnd);
      return true;
    }
  }
  const last = sendQueue.unacknowledged(tcb.packetsOut - 1);
  if (last === undefined || !refit(tcb, last)) return false;
  // From now on it is no part of its run.
  sendQueue.beginsRun(last);
  sendAgain(tcb, last);
  tcb.loss.tailProbeRepeats = true;
  return true;
}

/** An acknowledgement has come while a probe was under way: was something lost that the probe has replaced? 7.4.2. */
export function tailProbeAnswered(tcb: Tcb, ack: Seq, effect: AckEffect): void {
  if (!tcb.hasLoss) return;
  const { tailProbe } = tcb.loss;
  if (tailProbe === null || before(ack, tailProbe)) return;
  if (!tcb.loss.tailProbeRepeats || effect.duplicateOfProbe) {
    tcb.loss.tailProbe = null;
  } else if (after(ack, tailProbe)) {
    // The original and the probe can't both have arrived, or a duplicate SACK would have told: one loss, and the window pays for it.
    beginReduction(tcb);
    tcb.setRecovery("CWR");
    endReduction(tcb);
    keepOpen(tcb);
  } else if (effect.duplicate && !effect.sacked) {
    tcb.loss.tailProbe = null;
  }
}

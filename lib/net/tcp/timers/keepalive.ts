/**
 * Keepalive: asking a silent peer whether it is still there. And the end of FIN_WAIT2 when nobody waits for it any more.
 *
 * A TCP connection needs no traffic to stay up, so a peer that was switched off goes unnoticed until somebody sends. With SO_KEEPALIVE
 * two hours of silence are enough to ask, and nine questions without an answer, 75 seconds apart, end the connection.
 *
 * Source: RFC 9293 section 3.8.4; tcp(7) (TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT); tcp_keepalive_timer in net/ipv4/tcp_timer.c.
 */

import { ETIMEDOUT } from "../../../sys/errno";
import { type Nanoseconds, SECOND } from "../../../world/clock";
import { TICK, tickOf } from "../../tick";
import { fail, finish, sendReset } from "../close/abort";
import { finTimeout, leaveEntry } from "../close/close";
import { TIME_WAIT_LENGTH } from "../close/time-wait";
import type { Tcb } from "../tcb";
import { sendProbe } from "./probe";

/** How long a silence is before the first probe: TCP_KEEPIDLE, or the machine's (keepalive_time_when). */
export function keepIdle(tcb: Tcb): Nanoseconds {
  return tcb.settings.keepIdle || tcb.host.sysctl.tcp_keepalive_time * SECOND;
}

/** How long from one probe to the next: TCP_KEEPINTVL, or the machine's. */
export function keepInterval(tcb: Tcb): Nanoseconds {
  return tcb.settings.keepInterval || tcb.host.sysctl.tcp_keepalive_intvl * SECOND;
}

/** How many probes may go unanswered: TCP_KEEPCNT, or the machine's. */
export function keepCount(tcb: Tcb): number {
  return tcb.settings.keepCount || tcb.host.sysctl.tcp_keepalive_probes;
}

/** Starts or stops asking, as SO_KEEPALIVE says now. */
export function keepAliveChanged(tcb: Tcb): void {
  if (tcb.state === "CLOSED" || tcb.state === "SYN_SENT") return;
  if (tcb.options.keepAlive) tcb.timers.setKeepalive(keepIdle(tcb));
  else tcb.timers.stopKeepalive();
}

/** Nobody has the socket open: a small entry waits for the rest of the time, or the peer has had its time. */
function fin2Timeout(tcb: Tcb): void {
  const rest = finTimeout(tcb) - TIME_WAIT_LENGTH;
  if (rest > 0) {
    leaveEntry(tcb, rest);
    return;
  }
  sendReset(tcb);
  finish(tcb);
}

/** The timer has run out: the peer was silent, or FIN_WAIT2 has lasted long enough (tcp_keepalive_timer). */
export function keepaliveTimeout(tcb: Tcb): void {
  if (tcb.state === "FIN_WAIT2" && tcb.owner.dead) {
    fin2Timeout(tcb);
    return;
  }
  if (!tcb.options.keepAlive || tcb.state === "CLOSED" || tcb.state === "SYN_SENT") return;
  // While data is under way, its own timer notices that the peer is gone.
  if (tcb.packetsOut > 0 || tcb.sendQueue.nextToSend() !== undefined) {
    tcb.timers.setKeepalive(keepIdle(tcb));
    return;
  }
  const silence = (tickOf(tcb.now) - Math.max(tcb.lastReceived, tcb.lastHeard)) * TICK;
  if (silence < keepIdle(tcb)) {
    tcb.timers.setKeepalive(keepIdle(tcb) - silence);
    return;
  }
  const most = keepCount(tcb);
  const tooLong =
    tcb.settings.userTimeout > 0 ? silence >= tcb.settings.userTimeout && tcb.keepProbes > 0 : tcb.keepProbes >= most;
  if (tooLong) {
    sendReset(tcb);
    fail(tcb, tcb.owner.softError ?? ETIMEDOUT);
    return;
  }
  // RFC 9293 3.8.4: "Such a segment generally contains SEG.SEQ = SND.NXT-1".
  sendProbe(tcb);
  tcb.keepProbes++;
  tcb.timers.setKeepalive(keepInterval(tcb));
}

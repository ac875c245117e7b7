/**
 * The states of recovery: what has been noticed of losses, and what is being done about them.
 *
 *     Open      nothing is out of order
 *     Disorder  a SACK or a duplicate acknowledgement has come; perhaps something was lost, perhaps only overtaken
 *     CWR       a router has marked a packet: the window shrinks, though nothing is lost
 *     Recovery  something is lost: it is sent again while the window shrinks
 *     Loss      the retransmission timer has run out: the window begins anew
 *
 * What leads from one to another is in recovery.ts and loss.ts.
 *
 * Source: RFC 5681 section 3; enum tcp_ca_state in include/uapi/linux/tcp.h (icsk_ca_state), tcp_try_keep_open in net/ipv4/tcp_input.c.
 */
import type { Tcb } from "../tcb";

export type RecoveryState = "Open" | "Disorder" | "CWR" | "Recovery" | "Loss";

/** Open, unless something is out of order still (tcp_try_keep_open). */
export function keepOpen(tcb: Tcb): void {
  const disorder = tcb.loss.sackedOut > 0 || tcb.loss.lostOut > 0 || tcb.loss.retransmittedOut > 0;
  const state = disorder ? "Disorder" : "Open";
  if (tcb.recovery === state) return;
  tcb.setRecovery(state);
  tcb.loss.recoveryPoint = tcb.snd.nxt;
}

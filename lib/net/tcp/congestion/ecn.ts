/**
 * Explicit congestion notification: a router whose queue grows marks a packet instead of dropping it, and the receiver tells the sender.
 *
 *     sender ──data, ECT──→ router ──the same, CE──→ receiver
 *     sender ←──────────── ACK with ECE ──────────── receiver      until it hears:
 *     sender ──data, CWR (the window is reduced)───→ receiver
 *
 * Two bits of the IP header say whether a packet takes part (ECT) and whether it was marked (CE); two flags of TCP carry the answer.
 * Both ends must agree on it: SYN with ECE and CWR, SYN-ACK with ECE. Linux asks for it only when told to, and agrees when it is asked
 * (net.ipv4.tcp_ecn = 2).
 *
 * **Not modelled:** accurate ECN (RFC 9768), congestion controls that live on marks (DCTCP). `ss -ti` shows what is in use.
 *
 * Source: RFC 3168 section 6.1; tcp_ecn_* in net/ipv4/tcp_input.c and tcp_output.c.
 */
import { enterQuickAcks } from "../receive/quick-acks";
import { ACK, CWR, ECE, type Segment } from "../segment";
import type { TcpSysctl } from "../sysctl";
import type { Tcb } from "../tcb";

/** The two bits in the IP header: not taking part, taking part, marked. */
export const NOT_ECT = 0;
export const ECT0 = 2;
export const CE = 3;
const ECN_MASK = 3;

/** So many segments are acknowledged at once after a mark: the sender's window may be very small. */
const QUICK_ACKS = 2;

/** What a connection that has agreed on it remembers. */
export class Ecn {
  /** A marked packet has come: every acknowledgement tells so, until the sender has heard (TCP_ECN_DEMAND_CWR). */
  congested = false;
  /** The window was reduced: the next new data tells so (TCP_ECN_QUEUE_CWR). */
  reduced = false;
  /** The peer's packets do take part. */
  seen = false;
  /** Segments that had arrived according to acknowledgements with ECE. */
  deliveredMarked = 0;
}

/** Do our own SYNs ask for it? */
export function asksForEcn({ tcp_ecn }: TcpSysctl): boolean {
  return tcp_ecn === 1;
}

/** Does a SYN ask, and do we agree? RFC 3168 6.1.1: "A host MUST NOT set ECT on SYN", so one with ECT is a stranger to the rules. */
export function agreesToEcn(syn: Segment, { tcp_ecn }: TcpSysctl): boolean {
  return tcp_ecn !== 0 && syn.has(ECE) && syn.has(CWR) && syn.ecn === NOT_ECT;
}

/** The answer to our SYN has come, or the peer's own SYN: do both agree? */
export function settleEcn(tcb: Tcb, syn: Segment): void {
  const agreed = syn.has(ACK) ? syn.has(ECE) && !syn.has(CWR) : syn.has(ECE) && syn.has(CWR);
  if (!agreed) tcb.ecn = null;
}

/** Marks a segment that is about to leave. `newData`: RFC 3168 6.1.4 and 6.1.5: neither acknowledgements nor retransmissions take part. */
export function markSegment(tcb: Tcb, ecn: Ecn, segment: Segment, newData: boolean): void {
  const { flow } = tcb.owner;
  flow.tos = (flow.tos & ~ECN_MASK) | (newData ? ECT0 : NOT_ECT);
  if (newData && ecn.reduced) {
    ecn.reduced = false;
    segment.flags |= CWR;
  }
  if (ecn.congested) segment.flags |= ECE;
}

/** Has the peer heard of the congestion (tcp_ecn_accept_cwr)? */
export function senderHasReduced(tcb: Tcb, ecn: Ecn, segment: Segment): void {
  if (!segment.has(CWR)) return;
  ecn.congested = false;
  if (segment.length > 0) tcb.ackNow = true;
}

/** New data has come: was it marked on its way (tcp_ecn_check_ce)? */
export function noteMark(tcb: Tcb, ecn: Ecn, segment: Segment): void {
  if (segment.ecn === NOT_ECT) {
    // Data takes part; what doesn't was sent again, probably.
    if (ecn.seen) enterQuickAcks(tcb, QUICK_ACKS);
    return;
  }
  ecn.seen = true;
  if (segment.ecn !== CE) return;
  if (!ecn.congested) enterQuickAcks(tcb, QUICK_ACKS);
  ecn.congested = true;
}

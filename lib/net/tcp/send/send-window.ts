/**
 * The send window: may the next segment leave now?
 *
 * Three things hold it back. The congestion window: the network in the middle takes only so many segments at a time. The peer's window:
 * its buffer takes only so many bytes. And Nagle's rule: a small segment waits while another small one is on its way, because there
 * may soon be more to put into it, and forty bytes of headers for one byte of data is a bad bargain.
 *
 * **A module:** `world.host(name, { modules: { sendWindow: () => mine } })`; one for the whole host. It is asked before each segment
 * that leaves for the first time, and keeps nothing in mind: all that counts is in the question. Retransmissions don't ask.
 *
 * Source: RFC 9293 sections 3.8.6 and 3.7.4; tcp_cwnd_test, tcp_snd_wnd_test, tcp_nagle_test in net/ipv4/tcp_output.c.
 */

/** What a small segment does: waits by Nagle's rule, waits for a full one (TCP_CORK, MSG_MORE), or leaves at once (TCP_NODELAY). */
export type Pushing = "nagle" | "cork" | "now";

/** All that the decision depends on. Valid only while it is being answered. */
export interface SendQuestion {
  /** How many segments are under way, and how many may be: "pipe" and "cwnd". */
  readonly inFlight: number;
  /** How many segments may be under way: "cwnd". */
  readonly congestionWindow: number;
  /** SND.NXT − SND.UNA: sequence numbers sent and not acknowledged. */
  readonly outstanding: number;
  /** SND.WND: how many the peer takes, counted from SND.UNA, in bytes. */
  readonly peerWindow: number;
  /** Sequence numbers that the segment takes: its bytes, and one for a FIN. */
  readonly length: number;
  /** Is it smaller than the MSS and the last in the queue, so that bytes written later could still join it? */
  readonly mayGrow: boolean;
  /** Is a segment smaller than the MSS among those outstanding? */
  readonly smallOutstanding: boolean;
  /** What a small segment does. */
  readonly pushing: Pushing;
}

/** The contract of the module. */
export interface SendWindow {
  /** May this segment leave now? If not, it is asked again when an acknowledgement comes, or when the program writes more. */
  maySend(question: SendQuestion): boolean;
}

export class StandardSendWindow implements SendWindow {
  maySend(question: SendQuestion): boolean {
    if (question.inFlight >= question.congestionWindow) return false;
    // RFC 9293 3.8.6: no byte beyond SND.UNA + SND.WND.
    if (question.outstanding + question.length > question.peerWindow) return false;
    if (!question.mayGrow || question.pushing === "now") return true;
    // 3.7.4: "If there is unacknowledged data …, then the sending TCP endpoint buffers all user data … until the outstanding data has
    // been acknowledged or until the TCP endpoint can send a full-sized segment". Minshall: only a *small* one holds this one back.
    return question.pushing === "nagle" && !question.smallOutstanding;
  }
}

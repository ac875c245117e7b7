/**
 * The challenge ACK: "did you mean that?"
 *
 * A RST, a SYN, or an acknowledgement of what was never sent may come from a stranger who guesses numbers. None of them is believed; an
 * ordinary acknowledgement says where we are. Whoever is really there, and meant it, answers with the right number.
 *
 * Source: RFC 5961 sections 3 to 5, and 7 (how often); tcp_send_challenge_ack in net/ipv4/tcp_input.c.
 */
import { sendAck } from "../send/send-segment";
import type { Tcb } from "../tcb";

/** Asks, unless it has just asked. */
export function challenge(tcb: Tcb): void {
  if (tcb.answers.allowChallenge(tcb.host)) sendAck(tcb);
}

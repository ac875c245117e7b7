/**
 * A segment for nobody: it is answered with a RST, so that the peer need not wait for its timers.
 *
 * Source: RFC 9293 section 3.5.2 (reset generation), 3.10.7.1 (CLOSED); tcp_v4_send_reset in net/ipv4/tcp_ipv4.c.
 */
import type { TcpHost } from "../host";
import { ACK, outgoing, RST, type Segment } from "../segment";

/** Answers with a RST that the peer will believe. A RST is never answered. */
export function resetFor(host: Pick<TcpHost, "transmitAlone">, segment: Segment): void {
  if (segment.has(RST)) return;
  const reset = answerTo(segment);
  if (segment.has(ACK)) {
    // "If the ACK bit is on, <SEQ=SEG.ACK><CTL=RST>"
    reset.flags = RST;
    reset.seq = segment.ack;
  } else {
    // "If the ACK bit is off, sequence number zero is used, <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>"
    reset.flags = RST | ACK;
    reset.ack = segment.endSeq;
  }
  host.transmitAlone(reset);
}

/** An empty segment that goes where this one came from. */
export function answerTo({ source, sourcePort, destination, destinationPort }: Segment): Segment {
  return outgoing.begin(destination, destinationPort, source, sourcePort);
}

/**
 * A connection request: the handshake seen from the listener, between SYN and the ACK that completes it.
 *
 * Nobody knows yet whether the peer is who it says it is, so as little as possible is remembered. It has a place of its own in the
 * demultiplexer; when the handshake ends, a socket takes that place.
 *
 * **Not modelled:** SYN cookies, with which Linux goes on when it can't remember any more requests.
 *
 * Source: RFC 9293 section 3.10.7.4 (SYN-RECEIVED); struct request_sock, tcp_check_req in net/ipv4/tcp_minisocks.c,
 * reqsk_timer_handler in inet_connection_sock.c.
 */
import { MILLISECOND, type Timer } from "../../world/clock";
import type { Ipv4Address } from "../addresses";
import type { PortHolder } from "../inet/port-table";
import type { Listener } from "./listener";
import { DEFAULT_MSS } from "./mss";
import { initialWindow, windowScaleFor } from "./receive-window";
import { answerTo, resetFor } from "./refuse";
import { INITIAL_RTO, MAX_RTO } from "./retransmission-timer";
import { ACK, RST, type Segment, SYN } from "./segment";
import { add, after, before, type Seq, toSeq } from "./sequence";

/** net.ipv4.tcp_synack_retries. */
const SYNACK_RETRIES = 5;

export class SynRequest implements PortHolder {
  readonly name: string;
  readonly local: Ipv4Address;
  readonly localPort: number;
  readonly remote: Ipv4Address;
  readonly remotePort: number;
  readonly listening = false;
  readonly irs: Seq;
  readonly iss: Seq;
  /** What a segment to the peer may carry, and what we tell it. */
  readonly peerMss: number;
  readonly window: number;
  readonly windowScale: number;
  readonly peerWindowScale: number;
  readonly timestamps: boolean;
  readonly sackPermitted: boolean;
  readonly tsOffset: number;
  private tsRecent: number;
  retransmits = 0;
  readonly since: number;
  private timer: Timer | null = null;

  constructor(
    private readonly listener: Listener,
    private readonly syn: Segment,
    readonly ownMss: number,
  ) {
    const { owner, home } = listener;
    this.name = owner.name;
    this.local = syn.destination;
    this.localPort = syn.destinationPort;
    this.remote = syn.source;
    this.remotePort = syn.sourcePort;
    this.irs = syn.seq;
    this.iss = toSeq(home.random32());
    this.tsOffset = home.random32() | 0;
    this.peerMss = Math.min(syn.mss > 0 ? syn.mss : DEFAULT_MSS, ownMss);
    this.timestamps = syn.hasTimestamps;
    this.tsRecent = syn.tsVal;
    this.sackPermitted = syn.sackPermitted;
    const { receiveBuffer, receiveBufferLocked } = owner.options;
    this.peerWindowScale = Math.max(syn.windowScale, 0);
    this.windowScale = syn.windowScale >= 0 ? windowScaleFor(receiveBuffer, receiveBufferLocked) : 0;
    this.window = initialWindow(receiveBuffer, this.ownMss - (this.timestamps ? 12 : 0));
    this.since = home.clock.now();
    this.arm();
  }

  get options(): PortHolder["options"] {
    return this.listener.owner.options;
  }

  /** The peer's window scale matters only when it sent one. */
  get scales(): boolean {
    return this.syn.windowScale >= 0;
  }

  sendSynAck(): void {
    const answer = answerTo(this.syn);
    answer.flags = SYN | ACK;
    answer.seq = this.iss;
    answer.ack = add(this.irs, 1);
    answer.window = this.window;
    answer.mss = this.ownMss;
    answer.sackPermitted = this.sackPermitted;
    if (this.scales) answer.windowScale = this.windowScale;
    if (this.timestamps) this.addTimestamps(answer);
    this.listener.home.transmitAlone(answer);
  }

  arrives(segment: Segment): void {
    const next = add(this.irs, 1);
    // The peer's SYN once more: our answer was lost.
    if (segment.has(SYN) && !segment.has(ACK) && !segment.has(RST) && segment.seq === this.irs) {
      this.sendSynAck();
      return;
    }
    const older = this.timestamps && segment.hasTimestamps && ((segment.tsVal - this.tsRecent) | 0) < 0;
    if (older || before(segment.endSeq, next) || after(segment.seq, add(next, this.window))) {
      if (!segment.has(RST)) this.acknowledge();
      return;
    }
    if (segment.has(RST)) {
      // "If this connection was initiated with a passive OPEN …, then return this connection to the LISTEN state".
      if (segment.seq === next) this.listener.forget(this);
      return;
    }
    if (segment.has(SYN)) {
      resetFor(this.listener.home, segment);
      this.listener.forget(this);
      return;
    }
    if (!segment.has(ACK)) return;
    // "If the segment acknowledgment is not acceptable, form a reset segment <SEQ=SEG.ACK><CTL=RST>".
    if (segment.ack !== add(this.iss, 1)) {
      resetFor(this.listener.home, segment);
      return;
    }
    if (this.timestamps && segment.hasTimestamps) this.tsRecent = segment.tsVal;
    this.listener.complete(this, segment);
  }

  get latestTimestamp(): number {
    return this.tsRecent;
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  private acknowledge(): void {
    const answer = answerTo(this.syn);
    answer.flags = ACK;
    answer.seq = add(this.iss, 1);
    answer.ack = add(this.irs, 1);
    answer.window = this.window >> this.windowScale;
    if (this.timestamps) this.addTimestamps(answer);
    this.listener.home.transmitAlone(answer);
  }

  private addTimestamps(answer: Segment): void {
    answer.hasTimestamps = true;
    answer.tsVal = (Math.floor(this.listener.home.clock.now() / MILLISECOND) + this.tsOffset) | 0;
    answer.tsEcr = this.tsRecent;
  }

  /** No answer to our SYN-ACK: 1, 2, 4, … seconds. */
  private arm(): void {
    const { home } = this.listener;
    const wait = Math.min(INITIAL_RTO * 2 ** this.retransmits, MAX_RTO);
    this.timer = home.clock.at(home.clock.now() + wait, () => home.runTimer(() => this.timeout()));
  }

  private timeout(): void {
    if (this.retransmits >= SYNACK_RETRIES) {
      this.listener.forget(this);
      return;
    }
    this.retransmits++;
    this.sendSynAck();
    this.arm();
  }
}

/**
 * A connection request: the handshake seen from the listener, between SYN and the ACK that completes it.
 *
 * Nobody knows yet whether the peer is who it says it is, so as little as possible is remembered. It has a place of its own in the
 * demultiplexer; when the handshake ends, a socket takes that place.
 *
 * Source: RFC 9293 section 3.10.7.4 (SYN-RECEIVED); struct request_sock, tcp_check_req in net/ipv4/tcp_minisocks.c,
 * reqsk_timer_handler in inet_connection_sock.c.
 */
import type { Nanoseconds } from "../../../world/clock";
import type { Ipv4Address } from "../../addresses";
import type { PortHolder } from "../../inet/port-table";
import type { Flow } from "../../ip/flow";
import { resetFor } from "../close/refuse";
import { agreesToEcn } from "../congestion/ecn";
import { windowField } from "../header";
import { TIMESTAMPS_LENGTH } from "../header-options";
import { inReceiveWindow } from "../receive/acceptability";
import { AnswerLimit } from "../receive/answer-limit";
import { beginningWindow, MAX_UNSCALED } from "../receive/receive-window";
import { ACK, ECE, outgoing, RST, type Segment, SYN } from "../segment";
import { DEFAULT_MSS, mssOfMtu, mssToOffer } from "../send/mss";
import { add, after, type Seq } from "../sequence";
import { INITIAL_RTO, MAX_RTO } from "../timers/retransmission-timer";
import { isEarlier, stampAt, writeTimestamps } from "../timestamps";
import type { Listener } from "./listener";

/** Where the two counts of our side begin. */
export interface Beginnings {
  readonly iss: Seq;
  readonly tsOffset: number;
  /** Nobody remembers this request: it is answered by a cookie, or was (syn-cookie.ts). */
  readonly cookie: boolean;
}

export class SynRequest implements PortHolder {
  /** Where it lies in the listener's bag. */
  place = -1;
  readonly local: Ipv4Address;
  readonly localPort: number;
  readonly remote: Ipv4Address;
  readonly remotePort: number;
  readonly listening = false;
  readonly irs: Seq;
  readonly iss: Seq;
  /** What a segment to the peer may carry, and what we tell it. */
  readonly peerMss: number;
  readonly ownMss: number;
  readonly window: number;
  readonly windowScale: number;
  readonly windowClamp: number;
  readonly peerWindowScale: number;
  readonly scaling: boolean;
  readonly timestamps: boolean;
  readonly sackPermitted: boolean;
  /** Explicit congestion notification (congestion/ecn.ts). */
  readonly ecn: boolean;
  readonly tsOffset: number;
  readonly cookie: boolean;
  /** Our timestamps in the first SYN-ACK and in the last. */
  private firstStamp = 0;
  private lastStamp = 0;
  private tsRecent: number;
  /** Timeouts; and how often the SYN-ACK was sent again, because of one or because the SYN came again. */
  retransmits = 0;
  sentAgain = 0;
  readonly since: number;
  /** When the SYN-ACK is sent again. */
  deadline: Nanoseconds;
  private answers: AnswerLimit | null = null;
  /** The peer has acknowledged our SYN-ACK, and has not sent anything else yet. */
  private acknowledged = false;

  constructor(
    private readonly listener: Listener,
    syn: Segment,
    /** The way back; the socket takes it over. */
    readonly flow: Flow,
    { iss, tsOffset, cookie }: Beginnings,
  ) {
    const { options, settings } = listener.owner;
    const { sysctl, clock } = listener.home;
    const mtu = flow.route?.mtu ?? 0;
    const { userMss } = settings;
    this.ownMss = mssToOffer(mtu, userMss);
    this.local = syn.destination;
    this.localPort = syn.destinationPort;
    this.remote = syn.source;
    this.remotePort = syn.sourcePort;
    this.irs = syn.seq;
    this.iss = iss;
    this.tsOffset = tsOffset;
    this.cookie = cookie;
    const peerMss = Math.min(syn.mss > 0 ? syn.mss : DEFAULT_MSS, mssOfMtu(mtu));
    this.peerMss = userMss > 0 ? Math.min(peerMss, userMss) : peerMss;
    this.timestamps = syn.hasTimestamps && sysctl.tcp_timestamps !== 0;
    this.tsRecent = syn.tsVal;
    this.ecn = agreesToEcn(syn, sysctl);
    this.sackPermitted = syn.sackPermitted && sysctl.tcp_sack !== 0;
    this.scaling = syn.windowScale >= 0 && sysctl.tcp_window_scaling !== 0;
    this.peerWindowScale = this.scaling ? syn.windowScale : 0;
    const mss = this.ownMss - (this.timestamps ? TIMESTAMPS_LENGTH : 0);
    const { window, scale, clamp } = beginningWindow(options, sysctl, mss, this.scaling, settings.windowClamp);
    this.window = window;
    this.windowScale = scale;
    this.windowClamp = clamp;
    this.since = clock.now();
    this.deadline = this.since + INITIAL_RTO;
  }

  get name(): string {
    return this.listener.owner.name;
  }

  get options(): PortHolder["options"] {
    return this.listener.owner.options;
  }

  sendSynAck(stamp = this.stampNow()): void {
    const answer = outgoing.begin(this.local, this.localPort, this.remote, this.remotePort);
    answer.flags = SYN | ACK | (this.ecn ? ECE : 0);
    answer.seq = this.iss;
    answer.ack = add(this.irs, 1);
    answer.window = Math.min(this.window, MAX_UNSCALED);
    answer.mss = this.ownMss;
    answer.sackPermitted = this.sackPermitted;
    if (this.scaling) answer.windowScale = this.windowScale;
    if (this.timestamps) {
      writeTimestamps(answer, stamp, this.tsRecent);
      if (this.sentAgain === 0) this.firstStamp = answer.tsVal;
      this.lastStamp = answer.tsVal;
    }
    this.listener.home.transmitAlone(answer, this.flow);
  }

  /** The SYN-ACK, once more. */
  private sendAgain(): void {
    this.sentAgain++;
    this.sendSynAck();
  }

  /** RFC 9293 3.10.7.4 as far as it is about SYN-RECEIVED, in Linux's order (tcp_check_req). */
  arrives(segment: Segment): void {
    const next = add(this.irs, 1);
    const older = this.timestamps && segment.hasTimestamps && isEarlier(segment.tsVal, this.tsRecent);
    const atStart = segment.seq === this.irs;
    if (atStart && (segment.flags & (SYN | ACK | RST)) === SYN && !older) {
      this.answerOnceMore(segment);
      return;
    }
    // "If the segment acknowledgment is not acceptable, form a reset segment <SEQ=SEG.ACK><CTL=RST>"; a RST counts by its number alone.
    if (segment.has(ACK) && segment.ack !== add(this.iss, 1) && !segment.has(RST)) {
      resetFor(this.listener.home, segment);
      return;
    }
    if (older || this.echoesStranger(segment) || !inReceiveWindow(segment, next, this.window)) {
      if (!segment.has(RST) && this.mayAnswer(segment)) this.acknowledge();
      return;
    }
    if (this.timestamps && segment.hasTimestamps && !after(segment.seq, next)) this.tsRecent = segment.tsVal;
    if (segment.has(RST)) {
      this.resetArrives(segment);
      return;
    }
    // A SYN that isn't the first one again; that one lies before the window and is cut off.
    if (segment.has(SYN) && !atStart) {
      resetFor(this.listener.home, segment);
      this.listener.forget(this);
      return;
    }
    if (!segment.has(ACK)) return;
    // TCP_DEFER_ACCEPT: an acknowledgement without data isn't enough for now.
    if (this.retransmits < this.deferAccept && segment.endSeq === next) this.acknowledged = true;
    else this.listener.complete(this, segment);
  }

  /** The peer's SYN once more: our answer was lost. It is given again, and the timer begins anew. */
  private answerOnceMore(syn: Segment): void {
    if (!this.mayAnswer(syn)) return;
    this.sendAgain();
    this.wait();
  }

  /**
   * "If this connection was initiated with a passive OPEN …, then return this connection to LISTEN state". RFC 5961 3.2: only with the
   * very number; another one in the window is answered with a challenge.
   */
  private resetArrives(reset: Segment): void {
    if (reset.seq === add(this.irs, 1)) this.listener.forget(this);
    else if (this.mayAnswer(reset)) this.acknowledge();
  }

  /** Does it echo a timestamp that no SYN-ACK of ours had? Then somebody has guessed the rest. */
  private echoesStranger({ hasTimestamps, tsEcr }: Segment): boolean {
    if (!this.timestamps || !hasTimestamps || tsEcr === 0) return false;
    return isEarlier(tsEcr, this.firstStamp) || isEarlier(this.lastStamp, tsEcr);
  }

  /** Twice a second (receive/answer-limit.ts). */
  private mayAnswer(segment: Segment): boolean {
    this.answers ??= new AnswerLimit();
    return this.answers.allow(segment, this.listener.home);
  }

  get latestTimestamp(): number {
    return this.tsRecent;
  }

  /** Tells where we are: the answer to what can't be accepted. */
  private acknowledge(): void {
    const answer = outgoing.begin(this.local, this.localPort, this.remote, this.remotePort);
    answer.flags = ACK;
    answer.seq = add(this.iss, 1);
    answer.ack = add(this.irs, 1);
    answer.window = windowField(this.window, this.windowScale);
    if (this.timestamps) writeTimestamps(answer, this.stampNow(), this.tsRecent);
    this.listener.home.transmitAlone(answer, this.flow);
  }

  private stampNow(): number {
    return stampAt(this.listener.home.clock.now(), this.tsOffset);
  }

  /** No answer to our SYN-ACK: 1, 2, 4, … seconds. */
  private wait(): void {
    this.deadline = this.listener.home.clock.now() + Math.min(INITIAL_RTO * 2 ** this.retransmits, MAX_RTO);
  }

  private get deferAccept(): number {
    return this.listener.owner.settings.deferAccept;
  }

  /** syn_ack_recalc in net/ipv4/inet_connection_sock.c. */
  timeout(): void {
    if (this.retransmits >= this.listener.home.sysctl.tcp_synack_retries) {
      this.listener.forget(this);
      return;
    }
    // While it waits for data, the peer isn't asked again; when that time is over, its answer will complete the handshake.
    if (!this.acknowledged || this.retransmits >= this.deferAccept - 1) this.sendAgain();
    this.retransmits++;
    this.wait();
  }
}

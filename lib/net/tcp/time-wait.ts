/**
 * TIME_WAIT: what is left of a connection that we closed first.
 *
 * For a minute an entry stays behind. It acknowledges the peer's FIN once more if our last acknowledgement was lost, and it keeps the
 * four numbers from being used again while segments of the old connection may still wander about. It is small: a busy server
 * that closes first has tens of thousands of them.
 *
 * Source: RFC 9293 sections 3.6.1, 3.10.7.4, RFC 6191, RFC 1337; tcp_timewait_state_process in net/ipv4/tcp_minisocks.c.
 */
import { MILLISECOND, type Nanoseconds, SECOND } from "../../world/clock";
import type { Ipv4Address } from "../addresses";
import type { PortHolder } from "../inet/port-table";
import { answerTo } from "./refuse";
import { ACK, RST, type Segment, SYN } from "./segment";
import { after, type Seq } from "./sequence";
import type { Tcb } from "./tcb";

/** TCP_TIMEWAIT_LEN: Linux's word for "2 MSL". */
export const TIME_WAIT_LENGTH: Nanoseconds = 60 * SECOND;
/** A connection on loopback may use the numbers again after this (net.ipv4.tcp_tw_reuse = 2). */
const REUSE_AFTER: Nanoseconds = SECOND;

/** What an entry asks of TCP. */
interface TimeWaitHome {
  now(): Nanoseconds;
  transmitAlone(segment: Segment): void;
  /** The entry's numbers are free. */
  timeWaitOver(entry: TimeWait): void;
  /** It waits for its whole time again. */
  prolong(entry: TimeWait): void;
  /** A new connection with the old numbers: whoever listens may have it. */
  handToListener(segment: Segment): void;
}

export class TimeWait implements PortHolder {
  /** The entries before and behind it in the queue (time-wait-queue.ts). */
  earlier: TimeWait | null = null;
  later: TimeWait | null = null;
  /** The port table's note. */
  atPort: object | null = null;
  /** The socket's, for traces. */
  readonly name: string;
  readonly local: Ipv4Address;
  readonly localPort: number;
  readonly remote: Ipv4Address;
  readonly remotePort: number;
  readonly options: PortHolder["options"];
  readonly listening = false;
  expiresAt: Nanoseconds;
  private readonly since: Nanoseconds;
  private readonly sndNxt: Seq;
  private readonly rcvNxt: Seq;
  private readonly window: number;
  private readonly timestamps: boolean;
  private tsRecent: number;
  /** Our timestamp clock minus the time, in milliseconds. */
  private readonly tsOffset: number;

  constructor(
    private readonly home: TimeWaitHome,
    tcb: Tcb,
  ) {
    const { owner, rcv } = tcb;
    this.name = tcb.host.tracer === null ? "" : owner.name;
    this.local = owner.local;
    this.localPort = owner.localPort;
    this.remote = owner.remote;
    this.remotePort = owner.remotePort;
    this.options = owner.options;
    this.sndNxt = tcb.snd.nxt;
    this.rcvNxt = rcv.nxt;
    this.window = rcv.wnd >> rcv.scale;
    this.timestamps = tcb.timestamps;
    this.tsRecent = tcb.tsRecent;
    this.tsOffset = tcb.tsOffset;
    this.since = home.now();
    this.expiresAt = this.since + TIME_WAIT_LENGTH;
  }

  /** May a new connection to the same peer begin already? Timestamps keep its segments apart from the old ones (RFC 6191). */
  get reusable(): boolean {
    return this.timestamps && this.home.now() - this.since >= REUSE_AFTER && this.local >>> 24 === 127;
  }

  arrives(segment: Segment): void {
    const older = this.timestamps && segment.hasTimestamps && ((segment.tsVal - this.tsRecent) | 0) < 0;
    const { rcvNxt } = this;
    // RFC 9293 3.6.1 and RFC 6191: a SYN that is clearly newer opens a new connection.
    const newer = after(segment.seq, rcvNxt) || (segment.hasTimestamps && ((this.tsRecent - segment.tsVal) | 0) < 0);
    if (segment.has(SYN) && !segment.has(RST) && !segment.has(ACK) && !older && newer) {
      this.home.timeWaitOver(this);
      this.home.handToListener(segment);
      return;
    }
    if (segment.has(RST)) {
      // RFC 1337 warns of this "assassination"; Linux lets it happen (net.ipv4.tcp_rfc1337 = 0).
      if (!older && segment.seq === rcvNxt) this.home.timeWaitOver(this);
      return;
    }
    if (!older && segment.hasTimestamps && !after(segment.seq, rcvNxt)) this.tsRecent = segment.tsVal;
    // A plain acknowledgement needs no answer; what has data or a FIN, or lies outside, is acknowledged again.
    const plain = segment.length === 0 && segment.seq === rcvNxt && !older;
    if (!segment.has(ACK) && !older) return;
    if (segment.length > 0 || older) {
      this.expiresAt = this.home.now() + TIME_WAIT_LENGTH;
      this.home.prolong(this);
    }
    if (!plain) this.acknowledge(segment);
  }

  private acknowledge(segment: Segment): void {
    const answer = answerTo(segment);
    answer.flags = ACK;
    answer.seq = this.sndNxt;
    answer.ack = this.rcvNxt;
    answer.window = this.window;
    if (this.timestamps) {
      answer.hasTimestamps = true;
      answer.tsVal = (Math.floor(this.home.now() / MILLISECOND) + this.tsOffset) | 0;
      answer.tsEcr = this.tsRecent;
    }
    this.home.transmitAlone(answer);
  }
}

/**
 * TIME_WAIT: what is left of a connection that we closed first.
 *
 * For a minute an entry stays behind. It acknowledges the peer's FIN once more if our last acknowledgement was lost, and it keeps the
 * four numbers from being used again while segments of the old connection may still wander about. It is small: a busy server
 * that closes first has tens of thousands of them.
 *
 * Such an entry is enough even before the peer's FIN has come, when no program has the socket open any more: it waits for that FIN, as
 * long as an orphan may stay in FIN_WAIT2, and then for its minute.
 *
 * Source: RFC 9293 sections 3.6.1, 3.10.7.4, RFC 6191, RFC 1337; tcp_timewait_state_process in net/ipv4/tcp_minisocks.c.
 */
import { type Clock, MILLISECOND, type Nanoseconds, SECOND } from "../../../world/clock";
import type { Ipv4Address } from "../../addresses";
import type { PortHolder } from "../../inet/port-table";
import { TICK } from "../../tick";
import { windowField } from "../header";
import { inReceiveWindow } from "../receive/acceptability";
import { AnswerLimit } from "../receive/answer-limit";
import { receiveWindow } from "../receive/receive-window";
import { ACK, FIN, RST, type Segment, SYN } from "../segment";
import { add, after, before, type Seq } from "../sequence";
import type { TcpSysctl } from "../sysctl";
import type { Tcb } from "../tcb";
import { isEarlier, stampAt, writeTimestamps } from "../timestamps";
import { answerTo, resetFor } from "./refuse";

/** TCP_TIMEWAIT_LEN: Linux's word for "2 MSL". */
export const TIME_WAIT_LENGTH: Nanoseconds = 60 * SECOND;
/** A connection on loopback may use the numbers again after so many milliseconds (net.ipv4.tcp_tw_reuse = 2). */
const REUSE_AFTER = 1000;

/** The first tick that doesn't come before this moment. */
function tickAt(moment: Nanoseconds): number {
  return Math.ceil(moment / TICK);
}

/** What an entry asks of TCP. */
interface TimeWaitHome {
  transmitAlone(segment: Segment): void;
  /** The entry's numbers are free. */
  timeWaitOver(entry: TimeWait): void;
  /** It waits for its whole time again, or begins to wait for it. */
  prolong(entry: TimeWait): void;
  /** A new connection with the old numbers: whoever listens may have it, and the entry is over. False when nobody does. */
  handToListener(segment: Segment, entry: TimeWait): boolean;
  readonly sysctl: TcpSysctl;
  readonly clock: Clock;
}

export class TimeWait implements PortHolder {
  /** The entries before and behind it in the queue (time-wait-queue.ts). */
  earlier: TimeWait | null = null;
  later: TimeWait | null = null;
  /** Where the port table keeps what it knows of this entry. */
  atPort: object | null = null;
  /** The socket's, for traces. */
  readonly name: string;
  readonly local: Ipv4Address;
  readonly localPort: number;
  readonly remote: Ipv4Address;
  readonly remotePort: number;
  readonly options: PortHolder["options"];
  /** The tick of the kernel's clock on which it is over: many of them are at once. */
  private lastTick: number;
  /** The peer hasn't finished: FIN_WAIT2 (tw_substate). */
  awaitsFin: boolean;
  /** When it began, in milliseconds (tw_entry_stamp). */
  private readonly since: number;
  private readonly sndNxt: Seq;
  private rcvNxt: Seq;
  /** How much more the peer may send. */
  private readonly window: number;
  private readonly windowScale: number;
  private readonly timestamps: boolean;
  private tsRecent: number;
  /** Our timestamp clock minus the time, in milliseconds. */
  private readonly tsOffset: number;
  private answers: AnswerLimit | null = null;

  /** It waits so long, unless something comes. */
  constructor(
    private readonly home: TimeWaitHome,
    tcb: Tcb,
    span: Nanoseconds,
  ) {
    const { owner, rcv } = tcb;
    this.name = tcb.host.tracer === null ? "" : owner.name;
    this.local = owner.local;
    this.localPort = owner.localPort;
    this.remote = owner.remote;
    this.remotePort = owner.remotePort;
    this.options = owner.options;
    this.awaitsFin = tcb.state === "FIN_WAIT2";
    this.sndNxt = tcb.snd.nxt;
    this.rcvNxt = rcv.nxt;
    this.window = receiveWindow(tcb);
    this.windowScale = rcv.scale;
    this.timestamps = tcb.timestamps;
    this.tsRecent = tcb.tsRecent;
    this.tsOffset = tcb.tsOffset;
    const now = home.clock.now();
    this.since = Math.floor(now / MILLISECOND);
    this.lastTick = tickAt(now + span);
  }

  get listening(): boolean {
    return false;
  }

  get expiresAt(): Nanoseconds {
    return this.lastTick * TICK;
  }

  /**
   * May a new connection to the same peer begin already? Timestamps keep its segments apart from the old ones (RFC 6191). Whoever asked
   * for the port by bind has it at once, whoever leaves the choice to connect only on the loopback and later (tcp_twsk_unique).
   */
  reusableBy(chosenPort: boolean): boolean {
    if (!this.timestamps) return false;
    if (chosenPort) return true;
    const age = Math.floor(this.home.clock.now() / MILLISECOND) - this.since;
    return age >= REUSE_AFTER && this.local >>> 24 === 127;
  }

  arrives(segment: Segment): void {
    if (this.awaitsFin) this.arrivesBeforeFin(segment);
    else this.arrivesInTimeWait(segment);
  }

  /** What a connection in FIN_WAIT2 would do that nobody reads from. */
  private arrivesBeforeFin(segment: Segment): void {
    const { rcvNxt } = this;
    if (this.isOld(segment) || !inReceiveWindow(segment, rcvNxt, this.window)) {
      this.answer(segment);
    } else if (segment.has(RST)) {
      this.home.timeWaitOver(this);
    } else if (segment.has(SYN) && !before(segment.seq, rcvNxt)) {
      this.reset(segment);
    } else if (!segment.has(ACK) || segment.length === 0 || !after(segment.endSeq, rcvNxt)) {
      // Nothing new.
    } else if (segment.has(FIN) && segment.endSeq === add(rcvNxt, 1)) {
      this.awaitsFin = false;
      this.rcvNxt = segment.endSeq;
      this.noteTimestamp(segment);
      this.waitAnew();
      this.acknowledge(segment);
    } else {
      // RFC 1122 4.2.2.13: data for a program that has closed.
      this.reset(segment);
    }
  }

  private arrivesInTimeWait(segment: Segment): void {
    const { rcvNxt } = this;
    const older = this.isOld(segment);
    const reset = segment.has(RST);
    if (!older && segment.seq === rcvNxt && (segment.length === 0 || reset)) {
      // RFC 1337 warns of this "assassination"; Linux lets it happen (net.ipv4.tcp_rfc1337 = 0).
      if (reset && this.home.sysctl.tcp_rfc1337 === 0) {
        this.home.timeWaitOver(this);
        return;
      }
      // A plain acknowledgement needs no answer.
      if (!reset) this.waitAnew();
      this.noteTimestamp(segment);
      return;
    }
    // RFC 9293 3.6.1 and RFC 6191: a SYN that is clearly newer opens a new connection.
    const newer = after(segment.seq, rcvNxt) || (segment.hasTimestamps && isEarlier(this.tsRecent, segment.tsVal));
    const opens = segment.has(SYN) && !reset && !segment.has(ACK) && !older && newer;
    if (opens && this.home.handToListener(segment, this)) return;
    if (reset) return;
    // All else is acknowledged again. A SYN may be an old one or a new one: the entry doesn't wait for longer because of it.
    if (older || segment.has(ACK)) this.waitAnew();
    this.answer(segment);
  }

  /** RFC 7323 5.3: older than what has come before. */
  private isOld(segment: Segment): boolean {
    return this.timestamps && segment.hasTimestamps && isEarlier(segment.tsVal, this.tsRecent);
  }

  private noteTimestamp(segment: Segment): void {
    if (this.timestamps && segment.hasTimestamps) this.tsRecent = segment.tsVal;
  }

  private waitAnew(): void {
    this.lastTick = tickAt(this.home.clock.now() + TIME_WAIT_LENGTH);
    this.home.prolong(this);
  }

  private reset(segment: Segment): void {
    resetFor(this.home, segment);
    this.home.timeWaitOver(this);
  }

  /** Tells where we are, but not too often (tcp_timewait_check_oow_rate_limit). */
  private answer(segment: Segment): void {
    this.answers ??= new AnswerLimit();
    if (this.answers.allow(segment, this.home)) this.acknowledge(segment);
  }

  private acknowledge(segment: Segment): void {
    const answer = answerTo(segment);
    answer.flags = ACK;
    answer.seq = this.sndNxt;
    answer.ack = this.rcvNxt;
    answer.window = windowField(this.window, this.windowScale);
    if (this.timestamps) writeTimestamps(answer, stampAt(this.home.clock.now(), this.tsOffset), this.tsRecent);
    this.home.transmitAlone(answer);
  }
}

/**
 * The transmission control block: everything that one end of a connection remembers.
 *
 * The variables have the names of RFC 9293 section 3.3.1: SND.UNA is `snd.una`, RCV.NXT is `rcv.nxt`. What is done with them is in
 * files of their own: segment-arrives.ts is the way in, output.ts the way out.
 *
 *     SND.UNA: oldest byte not acknowledged       RCV.NXT: next byte expected
 *     SND.NXT: next byte to be sent               RCV.WND: how many from there on may come
 *     SND.WND: how many from SND.UNA on may go
 *
 * Source: RFC 9293 section 3.3.1; struct tcp_sock in include/linux/tcp.h.
 */
import type { Errno } from "../../sys/errno";
import type { Nanoseconds } from "../../world/clock";
import type { Ipv4Address } from "../addresses";
import type { Flow } from "../ip/flow";
import type { SocketOptions } from "../socket-options";
import { AnswerLimit } from "./answer-limit";
import { congestionControlOf } from "./congestion-by-name";
import { type CongestionControl, CongestionWindow } from "./congestion-control";
import type { TcpHost } from "./host";
import type { Reassembler } from "./reassembler";
import { ReceiveQueue } from "./receive-queue";
import { LARGEST_WINDOW } from "./receive-window";
import type { RetransmissionTimer } from "./retransmission-timer";
import type { SackBlock } from "./segment";
import { SendQueue } from "./send-queue";
import { type Seq, toSeq } from "./sequence";
import type { TcpSettings } from "./settings";
import { maySend, type TcpState } from "./state";
import { TcpTimers } from "./timers";

/** The socket above a connection, as far as the connection talks to it. */
export interface TcpOwner {
  readonly name: string;
  readonly options: SocketOptions;
  /** The four numbers of the connection. */
  readonly local: Ipv4Address;
  readonly localPort: number;
  readonly remote: Ipv4Address;
  readonly remotePort: number;
  /** How its packets go. */
  readonly flow: Flow;
  /** What the program has asked for. */
  readonly settings: TcpSettings;
  pendingError: Errno | null;
  shutdownMask: number;
  /** Nobody has a descriptor for it any more. */
  readonly dead: boolean;
  wakeForData(): void;
  wakeForRoom(): void;
  wakeForError(): void;
  wakeAll(): void;
  /** The connection is over: its numbers are free. */
  connectionEnded(): void;
}

class SendSequence {
  una: Seq = toSeq(0);
  nxt: Seq = toSeq(0);
  /** In bytes, scaled. */
  wnd = 0;
  /** SEG.SEQ and, with it, which segment updated the window last. */
  wl1: Seq = toSeq(0);
  iss: Seq = toSeq(0);
  /** How far the windows that we receive are shifted (RFC 7323). */
  scale = 0;
  /** The largest window that the peer ever offered. */
  maxWnd = 0;
  /** End of the last segment that was smaller than the MSS (Minshall's variant of Nagle). */
  small: Seq = toSeq(0);
  /** The largest payload that the peer takes, and the path; without options, in bytes. */
  mss = 536;
}

class ReceiveSequence {
  nxt: Seq = toSeq(0);
  /** RCV.WND as it was advertised last, and RCV.NXT at that time. */
  wnd = 0;
  wup: Seq = toSeq(0);
  irs: Seq = toSeq(0);
  /** How far the windows that we send are shifted. */
  scale = 0;
  /** How large a window we are ready to offer at present, in bytes; grows as segments arrive (slow start of the window). */
  threshold = 0;
  /** No window larger than this is offered (window_clamp). */
  clamp = LARGEST_WINDOW;
  /** The largest segment seen lately: what counts as full-sized. */
  mss = 536;
  /** The size of the last smaller one. */
  lastSize = 0;
  /** The MSS that we have told the peer. */
  offeredMss = 536;
  /** Where the peer's FIN stands, once it is known; it counts when all before it has arrived. */
  fin: Seq | null = null;
  /** The program has read up to the FIN. */
  finRead = false;
}

/** What loss has been noticed (icsk_ca_state). */
export type RecoveryState = "Open" | "Disorder" | "Recovery" | "Loss";

export class Tcb {
  state: TcpState = "CLOSED";
  readonly snd = new SendSequence();
  readonly rcv = new ReceiveSequence();
  readonly receiveQueue = new ReceiveQueue();
  readonly rtt: RetransmissionTimer;
  /** Bytes ahead of a gap; made with the first. */
  reassembler: Reassembler | null = null;

  // What the handshake has agreed on
  /** Window scaling, timestamps, SACK. */
  scaling = false;
  timestamps = false;
  sackPermitted = false;
  /** TS.Recent (RFC 7323 4.3), when it was noted, and where our own timestamps begin. */
  tsRecent = 0;
  tsRecentAt: Nanoseconds = 0;
  tsOffset = 0;

  // Loss (recovery.ts): counts of pieces, RFC 6675 section 2
  recovery: RecoveryState = "Open";
  sackedOut = 0;
  lostOut = 0;
  retransmittedOut = 0;
  duplicateAcks = 0;
  /** SND.NXT when the loss was noticed: recovery ends when it is acknowledged (RecoveryPoint). */
  recoveryPoint: Seq = toSeq(0);
  /** Proportional rate reduction (RFC 6937). */
  prrDelivered = 0;
  prrOut = 0;
  priorWindow = 0;
  /** Did the congestion window hold the sender back lately? Only then it grows. */
  windowLimited = false;

  /** The peer's FIN has come, and all before it (SOCK_DONE). */
  peerDone = false;

  // Retransmission
  /** Timeouts in a row without progress, and when the first segment of them was sent. */
  retransmits = 0;
  retransmitSince: Nanoseconds | null = null;
  totalRetransmits = 0;
  probes = 0;
  keepProbes = 0;
  /** What ICMP has told that may explain a timeout later (sk_err_soft). */
  softError: Errno | null = null;

  /** The shortest round trip so far; Infinity before the first. */
  minRtt: Nanoseconds = Number.POSITIVE_INFINITY;

  // Acknowledging (delayed-ack.ts)
  /** Segments that are still acknowledged at once. */
  quickAcks = 0;
  /** The program answers what it receives: acknowledgements can ride on its data. */
  pingPong = false;
  ackPending = false;
  /** It can't wait. */
  ackNow = false;
  /** Among what is to be acknowledged are so many ends of writes; two mean "many". */
  ackPushed = 0;
  /** What has come twice, to be told with the next acknowledgement (RFC 2883). */
  duplicate: SackBlock | null = null;
  /** How long an acknowledgement may wait at present; 0 before the first segment. */
  ato: Nanoseconds = 0;
  lastReceived: Nanoseconds = 0;
  lastSent: Nanoseconds = 0;
  /** When the peer was heard last, with or without data. */
  lastHeard: Nanoseconds = 0;

  // What many connections never need, or not while they are idle: made when it is asked for
  private ownTimers: TcpTimers | null = null;
  private ownSendQueue: SendQueue | null = null;
  private ownWindow: CongestionWindow | null = null;
  private ownCongestion: CongestionControl | null = null;
  private ownAnswers: AnswerLimit | null = null;

  /** Somebody waits for room in the send buffer (SOCK_NOSPACE). */
  wantsRoom = false;

  constructor(
    readonly host: TcpHost,
    readonly owner: TcpOwner,
  ) {
    this.rtt = host.modules.retransmissionTimer();
  }

  get timers(): TcpTimers {
    this.ownTimers ??= new TcpTimers(this);
    return this.ownTimers;
  }

  /** May a timer be set? */
  get hasTimers(): boolean {
    return this.ownTimers !== null;
  }

  /** Nothing is set any more. */
  forgetTimers(): void {
    this.ownTimers = null;
  }

  /** The first byte that is put into it is numbered SND.NXT. */
  get sendQueue(): SendQueue {
    this.ownSendQueue ??= new SendQueue(this.snd.nxt);
    return this.ownSendQueue;
  }

  /** The stream begins with this number, which is the SYN's. Nothing was put into the send queue before. */
  startAt(iss: Seq): void {
    const { snd } = this;
    snd.iss = iss;
    snd.una = iss;
    snd.nxt = iss;
    snd.small = iss;
    this.ownSendQueue = null;
  }

  get window(): CongestionWindow {
    this.ownWindow ??= new CongestionWindow();
    return this.ownWindow;
  }

  /** Asked for when a window has been filled or a segment was lost. */
  get congestion(): CongestionControl {
    this.ownCongestion ??= congestionControlOf(this.settings.congestion) ?? this.host.modules.congestionControl();
    return this.ownCongestion;
  }

  get answers(): AnswerLimit {
    this.ownAnswers ??= new AnswerLimit();
    return this.ownAnswers;
  }

  /** The program has chosen another one: what the one before had learnt is forgotten (tcp_set_congestion_control). */
  congestionChosen(): void {
    this.ownCongestion = null;
  }

  get options(): SocketOptions {
    return this.owner.options;
  }

  get settings(): TcpSettings {
    return this.owner.settings;
  }

  get now(): Nanoseconds {
    return this.host.clock.now();
  }

  /** Pieces sent and not acknowledged (packets_out). */
  get packetsOut(): number {
    return this.ownSendQueue === null ? 0 : this.ownSendQueue.unacknowledgedCount;
  }

  /** Pieces that are believed to be on their way: "pipe" of RFC 6675. */
  get inFlight(): number {
    return this.packetsOut - this.sackedOut - this.lostOut + this.retransmittedOut;
  }

  /** A FIN was asked for: nothing more can be written. */
  get closing(): boolean {
    return !maySend(this.state) && this.state !== "SYN_SENT" && this.state !== "SYN_RECV";
  }

  /** Has it begun a connection already? */
  get used(): boolean {
    return this.snd.iss !== 0 || this.snd.nxt !== 0;
  }

  /** A round trip has taken so long. */
  measured(rtt: Nanoseconds): void {
    this.minRtt = Math.min(this.minRtt, rtt);
    this.rtt.measured(Math.max(rtt, 1));
  }

  stopTimers(): void {
    this.ownTimers?.stopAll();
  }

  setState(state: TcpState): void {
    this.state = state;
    this.host.tracer?.state(this);
  }
}

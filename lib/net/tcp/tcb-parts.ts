/**
 * Parts of a control block that many connections never need, or not while they are idle: made when they are asked for.
 *
 * A server may hold a hundred thousand connections on which nothing happens, and what each of them takes is what it can hold at most. So
 * what keeps account of losses, of the congestion window, of waiting, isn't there before there is something to keep account of.
 *
 * So there are two ways to ask for a part: `loss` makes it if it isn't there; `hasLoss` only looks. Who has something to note uses the one,
 * who wants to know whether anything was noted the other.
 *
 * Linux has all of it in one piece, struct tcp_sock, more than two kilobytes for each connection.
 *
 * Source: struct tcp_sock in include/linux/tcp.h; RFC 9293 section 3.3.1 for the rest of the block (tcb.ts).
 */
import { CongestionWindow, INITIAL_WINDOW } from "./congestion/congestion-control";
import { WindowUse } from "./congestion/congestion-window";
import { Chronograph } from "./info/chronograph";
import { LossRecord } from "./loss-recovery/loss-record";
import { Rack } from "./loss-recovery/rack";
import { Undo } from "./loss-recovery/undo";
import { AnswerLimit } from "./receive/answer-limit";
import { NOTHING_RECEIVED, ReceiveQueue } from "./receive/receive-queue";
import { SackCompression } from "./receive/sack-compression";
import { Urgent } from "./urgent";

/** What most connections never need, however much they talk: they have one empty place for all of it. */
class RareParts {
  window: CongestionWindow | null = null;
  use: WindowUse | null = null;
  loss: LossRecord | null = null;
  undo: Undo | null = null;
  rack: Rack | null = null;
  answers: AnswerLimit | null = null;
  compression: SackCompression | null = null;
  urgent: Urgent | null = null;
}

export abstract class TcbParts {
  private ownReceiveQueue: ReceiveQueue | null = null;
  protected ownChronograph: Chronograph | null = null;
  /** Those that are there; null when none is. */
  private rare: RareParts | null = null;

  /** The same, to put another one beside them. */
  private get parts(): RareParts {
    this.rare ??= new RareParts();
    return this.rare;
  }

  /** What waits to be read. */
  get receiveQueue(): ReceiveQueue {
    return this.ownReceiveQueue ?? NOTHING_RECEIVED;
  }

  /** The same, to put something into it. */
  get growingReceiveQueue(): ReceiveQueue {
    this.ownReceiveQueue ??= new ReceiveQueue();
    return this.ownReceiveQueue;
  }

  /** All has been read. */
  forgetReceiveQueue(): void {
    if (this.receiveQueue.empty) this.ownReceiveQueue = null;
  }

  /** Was it ever filled, or asked for? */
  get hasCongestionWindow(): boolean {
    return this.rare !== null && this.rare.window !== null;
  }

  /** cwnd and ssthresh (congestion/congestion-control.ts). */
  get congestionWindow(): CongestionWindow {
    const { parts } = this;
    parts.window ??= new CongestionWindow();
    return parts.window;
  }

  /** How many segments may be under way. */
  get cwnd(): number {
    return this.rare === null || this.rare.window === null ? INITIAL_WINDOW : this.rare.window.cwnd;
  }

  /** Was there ever a sign of loss? */
  get hasLoss(): boolean {
    return this.rare !== null && this.rare.loss !== null;
  }

  /** What is known of it (loss-recovery/loss-record.ts). */
  get loss(): LossRecord {
    const { parts } = this;
    parts.loss ??= new LossRecord();
    return parts.loss;
  }

  get hasCompression(): boolean {
    return this.rare !== null && this.rare.compression !== null;
  }

  /** Which acknowledgements behind a gap are held back (receive/sack-compression.ts). */
  get compression(): SackCompression {
    const { parts } = this;
    parts.compression ??= new SackCompression();
    return parts.compression;
  }

  /** Has RACK anything to go by? */
  get hasRack(): boolean {
    return this.rare !== null && this.rare.rack !== null;
  }

  /** Which segment that has arrived was sent last (loss-recovery/rack.ts). */
  get rack(): Rack {
    const { parts } = this;
    parts.rack ??= new Rack();
    return parts.rack;
  }

  get hasUndo(): boolean {
    return this.rare !== null && this.rare.undo !== null;
  }

  /** What it would take to take a recovery back (loss-recovery/undo.ts). */
  get undo(): Undo {
    const { parts } = this;
    parts.undo ??= new Undo();
    return parts.undo;
  }

  /** Was more than one segment ever under way? */
  get hasWindowUse(): boolean {
    return this.rare !== null && this.rare.use !== null;
  }

  /** How the congestion window is used (congestion/congestion-window.ts). */
  get windowUse(): WindowUse {
    const { parts } = this;
    parts.use ??= new WindowUse();
    return parts.use;
  }

  /** How long the connection has waited, and for what. */
  get chronograph(): Chronograph {
    this.ownChronograph ??= new Chronograph();
    return this.ownChronograph;
  }

  /** Was anything ever urgent, in either direction? */
  get hasUrgent(): boolean {
    return this.rare !== null && this.rare.urgent !== null;
  }

  /** What is marked as urgent (urgent.ts). */
  get urgent(): Urgent {
    const { parts } = this;
    parts.urgent ??= new Urgent();
    return parts.urgent;
  }

  forgetUrgent(): void {
    if (this.rare !== null) this.rare.urgent = null;
  }

  /** How often it answers what it can't accept (receive/answer-limit.ts). */
  get answers(): AnswerLimit {
    const { parts } = this;
    parts.answers ??= new AnswerLimit();
    return parts.answers;
  }
}

/**
 * Parts of a control block that many connections never need, or not while they are idle: made when they are asked for.
 *
 * A server may hold a hundred thousand connections on which nothing happens, and what each of them takes is what it can hold at most. So
 * what keeps account of losses, of the congestion window, of waiting, isn't there before there is something to keep account of.
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
import { SackCompression } from "./receive/sack-compression";
import { Urgent } from "./urgent";

export abstract class TcbParts {
  protected ownWindow: CongestionWindow | null = null;
  protected ownLoss: LossRecord | null = null;
  protected ownUndo: Undo | null = null;
  protected ownChronograph: Chronograph | null = null;
  private ownUse: WindowUse | null = null;
  private ownRack: Rack | null = null;
  private ownAnswers: AnswerLimit | null = null;
  private ownCompression: SackCompression | null = null;
  private ownUrgent: Urgent | null = null;

  /** cwnd and ssthresh (congestion/congestion-control.ts). */
  get congestionWindow(): CongestionWindow {
    this.ownWindow ??= new CongestionWindow();
    return this.ownWindow;
  }

  /** How many segments may be under way. */
  get cwnd(): number {
    return this.ownWindow === null ? INITIAL_WINDOW : this.ownWindow.cwnd;
  }

  /** Was there ever a sign of loss? */
  get hasLoss(): boolean {
    return this.ownLoss !== null;
  }

  /** What is known of it (loss-recovery/loss-record.ts). */
  get loss(): LossRecord {
    this.ownLoss ??= new LossRecord();
    return this.ownLoss;
  }

  get hasCompression(): boolean {
    return this.ownCompression !== null;
  }

  /** Which acknowledgements behind a gap are held back (receive/sack-compression.ts). */
  get compression(): SackCompression {
    this.ownCompression ??= new SackCompression();
    return this.ownCompression;
  }

  /** Has RACK anything to go by? */
  get hasRack(): boolean {
    return this.ownRack !== null;
  }

  /** Which segment that has arrived was sent last (loss-recovery/rack.ts). */
  get rack(): Rack {
    this.ownRack ??= new Rack();
    return this.ownRack;
  }

  /** What it would take to take a recovery back (loss-recovery/undo.ts). */
  get undo(): Undo {
    this.ownUndo ??= new Undo();
    return this.ownUndo;
  }

  /** Was more than one segment ever under way? */
  get hasWindowUse(): boolean {
    return this.ownUse !== null;
  }

  /** How the congestion window is used (congestion/congestion-window.ts). */
  get windowUse(): WindowUse {
    this.ownUse ??= new WindowUse();
    return this.ownUse;
  }

  /** How long the connection has waited, and for what. */
  get chronograph(): Chronograph {
    this.ownChronograph ??= new Chronograph();
    return this.ownChronograph;
  }

  /** Was anything ever urgent, in either direction? */
  get hasUrgent(): boolean {
    return this.ownUrgent !== null;
  }

  /** What is marked as urgent (urgent.ts). */
  get urgent(): Urgent {
    this.ownUrgent ??= new Urgent();
    return this.ownUrgent;
  }

  forgetUrgent(): void {
    this.ownUrgent = null;
  }

  /** How often it answers what it can't accept (receive/answer-limit.ts). */
  get answers(): AnswerLimit {
    this.ownAnswers ??= new AnswerLimit();
    return this.ownAnswers;
  }
}

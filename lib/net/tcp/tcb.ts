/**
 * The transmission control block: everything that one end of a connection remembers.
 *
 * The variables have the names of RFC 9293 section 3.3.1: SND.UNA is `snd.una`, RCV.NXT is `rcv.nxt`. What is done with them is in
 * files of their own: receive/segment-arrives.ts is the way in, send/output.ts the way out.
 *
 * Source: RFC 9293 section 3.3.1; struct tcp_sock in include/linux/tcp.h.
 */
import { type Nanoseconds, SECOND } from "../../world/clock";
import type { SocketOptions } from "../socket/socket-options";
import { congestionControlOf } from "./congestion/congestion-by-name";
import type { CongestionControl } from "./congestion/congestion-control";
import type { Ecn } from "./congestion/ecn";
import type { TcpHost } from "./host";
import type { Timed } from "./info/chronograph";
import type { RecoveryState } from "./loss-recovery/recovery-state";
import { ReceiveTuning } from "./receive/receive-tuning";
import type { StreamReassembler } from "./receive/stream-reassembler";
import { NO_BLOCKS, type SackBlock } from "./segment";
import { SendQueue } from "./send/send-queue";
import { after, type Seq } from "./sequence";
import { ReceiveSequence, SendSequence } from "./sequence-space";
import type { TcpSettings } from "./settings";
import { isOpening, maySend, type TcpState } from "./state";
import { TcbParts } from "./tcb-parts";
import type { TcpOwner } from "./tcp-owner";
import type { RetransmissionTimer } from "./timers/retransmission-timer";
import { TcpTimers } from "./timers/timers";

export class Tcb extends TcbParts {
  state: TcpState = "CLOSED";
  /** SND.UNA, SND.NXT, SND.WND … (sequence-space.ts). */
  readonly snd = new SendSequence();
  /** RCV.NXT, RCV.WND … */
  readonly rcv = new ReceiveSequence();
  /** The round-trip time, and how long to wait for an acknowledgement (timers/retransmission-timer.ts). */
  readonly rtt: RetransmissionTimer;
  /** Bytes ahead of a gap (out_of_order_queue); made with the first. */
  reassembler: StreamReassembler | null = null;

  // What the handshake has agreed on
  /** Window scaling (RFC 7323 section 2; wscale_ok). */
  scaling = false;
  /** Timestamps (RFC 7323 section 3; tstamp_ok). */
  timestamps = false;
  /** Selective acknowledgements (RFC 2018; sack_ok). */
  sackPermitted = false;
  /** Explicit congestion notification (RFC 3168); null when it wasn't agreed on. */
  ecn: Ecn | null = null;
  /** TS.Recent (RFC 7323 4.3): the peer's timestamp that is echoed (ts_recent); 0 before there was one. */
  tsRecent = 0;
  /** When it was noted, in seconds (ts_recent_stamp). */
  tsRecentAt = 0;
  /** Our timestamp clock minus the time, in milliseconds (tsoffset; timestamps.ts). */
  tsOffset = 0;

  // Loss (loss-recovery/recovery.ts); the rest of it is in `loss`
  /** What is being done about losses (icsk_ca_state). */
  recovery: RecoveryState = "Open";
  /** How many segments have arrived at the peer, in all (delivered). */
  delivered = 0;
  /** So many segments may arrive in another order without anything being lost (reordering). */
  reordering: number;

  /**
   * The peer's FIN has come, and all before it (SOCK_DONE). It stays true when the connection is over, which the state doesn't tell;
   * RCV_SHUTDOWN can have been set by shutdown(2) as well.
   */
  peerDone = false;

  // Retransmission
  /** Timeouts in a row without progress (icsk_retransmits). */
  retransmits = 0;
  /** Window probes in a row without an answer (timers/probe.ts; icsk_probes_out). */
  probes = 0;
  /** When the first of them was sent; null when none was (icsk_probes_tstamp). */
  probingSince: Nanoseconds | null = null;
  /** How often the interval between probes, or the timeout, has doubled (icsk_backoff). */
  backOff = 0;
  /** Keepalive probes in a row without an answer (timers/keepalive.ts). */
  keepProbes = 0;

  /** The shortest round trip so far; 0 before the first (rtt_min). */
  minRtt: Nanoseconds = 0;

  // Acknowledging (receive/delayed-ack.ts)
  /** How many more segments are acknowledged at once (icsk_ack.quick). */
  quickAcks = 0;
  /** The program answers what it receives: acknowledgements can ride on its data (icsk_ack.pingpong). */
  pingPong = false;
  /** Something was received that isn't acknowledged yet (ICSK_ACK_SCHED). */
  ackPending = false;
  /** It can't wait (ICSK_ACK_NOW). */
  ackNow = false;
  /** Among what is to be acknowledged are so many ends of writes; two mean "many" (ICSK_ACK_PUSHED, ICSK_ACK_PUSHED2). */
  ackPushed = 0;
  /** D-SACK: what has come twice, to be told with the next acknowledgement (RFC 2883; duplicate_sack[0]). */
  dsack: SackBlock | null = null;
  /** How long an acknowledgement may wait at present; 0 before the first segment (icsk_ack.ato). */
  ato: Nanoseconds = 0;
  /** The tick in which data was received last (lrcvtime). */
  lastReceived = 0;
  /** When data was sent last (lsndtime). */
  lastSent: Nanoseconds = 0;
  /** The tick in which the peer was heard last, with or without data (rcv_tstamp). */
  lastHeard = 0;
  /** When the handshake was over. */
  establishedAt: Nanoseconds = 0;

  // Made when it is asked for, as the parts in tcb-parts.ts
  private ownTimers: TcpTimers | null = null;
  private ownSendQueue: SendQueue | null = null;
  private ownCongestion: CongestionControl | null = null;
  private ownTuning: ReceiveTuning | null = null;

  /** Somebody waits for room in the send buffer (SOCK_NOSPACE). */
  wantsRoom = false;

  constructor(
    /** The machine's TCP (host.ts). */
    readonly host: TcpHost,
    /** The socket above (tcp-owner.ts). */
    readonly owner: TcpOwner,
  ) {
    super();
    this.reordering = host.sysctl.tcp_reordering;
    this.rtt = host.modules.retransmissionTimer();
  }

  /** The value to echo from now on. */
  noteTimestamp(value: number): void {
    this.tsRecent = value;
    this.tsRecentAt = Math.floor(this.now / SECOND);
  }

  /** It no longer waits for this (tcp_chrono_stop). */
  stopTiming(what: Timed): void {
    this.ownChronograph?.stop(what, this.ownSendQueue === null || this.ownSendQueue.empty, this.now);
  }

  /** Has any data come? */
  get hasTuning(): boolean {
    return this.ownTuning !== null;
  }

  /** Begins with the first data that comes, not before the handshake is over. */
  get tuning(): ReceiveTuning {
    this.ownTuning ??= new ReceiveTuning(this);
    return this.ownTuning;
  }

  /** Whatever was sent again is of no interest any more. */
  forgetRetransmissions(): void {
    this.retransmits = 0;
    if (this.hasUndo) this.undo.firstRetransmissionAt = null;
  }

  get timers(): TcpTimers {
    this.ownTimers ??= TcpTimers.take(this);
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

  /** Is anything there that was not sent or not acknowledged? */
  get hasSendQueue(): boolean {
    return this.ownSendQueue !== null;
  }

  /** The first byte that is put into it is numbered SND.NXT. */
  get sendQueue(): SendQueue {
    this.ownSendQueue ??= new SendQueue(this.snd.nxt);
    return this.ownSendQueue;
  }

  /** All has arrived: until more is written there is nothing to keep account of. */
  forgetSendQueue(): void {
    if (this.ownSendQueue?.idle) this.ownSendQueue = null;
  }

  /** The stream begins with this number, which is the SYN's. Nothing was put into the send queue before. */
  startAt(iss: Seq): void {
    const { snd } = this;
    snd.iss = iss;
    snd.countedFrom = iss;
    snd.una = iss;
    snd.nxt = iss;
    snd.small = iss;
    this.ownSendQueue = null;
  }

  /** Asked for when a window has been filled or a segment was lost. */
  get congestion(): CongestionControl {
    this.ownCongestion ??= this.makeCongestionControl();
    return this.ownCongestion;
  }

  private makeCongestionControl(): CongestionControl {
    const { modules, sysctl } = this.host;
    const chosen =
      this.settings.congestion ?? (sysctl.tcp_congestion_control === "cubic" ? null : sysctl.tcp_congestion_control);
    return congestionControlOf(chosen) ?? modules.congestionControl();
  }

  /** The program has chosen another one: what the one before had learnt is forgotten (tcp_set_congestion_control). */
  congestionChosen(): void {
    this.ownCongestion = null;
  }

  /** Does nothing wait to be read? The peer's FIN takes its place in the queue. */
  get allRead(): boolean {
    return this.receiveQueue.empty && (!this.peerDone || this.rcv.finRead);
  }

  /** Do bytes wait ahead of a gap? */
  get hasGap(): boolean {
    return this.reassembler !== null && this.reassembler.bytes > 0;
  }

  /** What waits there, the run that came last first (RFC 2018 section 4). */
  get runsAhead(): readonly SackBlock[] {
    return this.reassembler === null || this.reassembler.bytes === 0 ? NO_BLOCKS : this.reassembler.blocks();
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

  /** Segments sent and not acknowledged (packets_out). */
  get packetsOut(): number {
    return this.ownSendQueue === null ? 0 : this.ownSendQueue.underWay;
  }

  /**
   * Segments that are believed to be on their way: "pipe" of RFC 6675 (tcp_packets_in_flight). What SACK tells of has left the network, so a
   * new segment may follow for each: that is "limited transmit" (RFC 3042).
   */
  get inFlight(): number {
    const { packetsOut } = this;
    if (!this.hasLoss) return packetsOut;
    const { sackedOut, lostOut, retransmittedOut } = this.loss;
    return packetsOut - sackedOut - lostOut + retransmittedOut;
  }

  /** A FIN was asked for: nothing more can be written. */
  get closing(): boolean {
    return !maySend(this.state) && !isOpening(this.state);
  }

  /** Has it begun a connection already? */
  get used(): boolean {
    return this.snd.iss !== 0 || this.snd.nxt !== 0;
  }

  /**
   * An acknowledgement has come `rtt` after the oldest of the segments that it covers was sent, `latest` after the newest: that one has
   * waited for no other, so the shortest round trip is measured by it (tcp_ack_update_rtt).
   */
  measured(rtt: Nanoseconds, latest = rtt): void {
    const shortest = Math.max(latest, 1);
    if (this.minRtt === 0 || shortest < this.minRtt) this.minRtt = shortest;
    const { snd } = this;
    const windowOver = after(snd.una, snd.measuredUpTo);
    if (windowOver || this.rtt.srtt === 0) snd.measuredUpTo = snd.nxt;
    this.rtt.measured(Math.max(rtt, 1), windowOver);
    this.backOff = 0;
  }

  setRecovery(state: RecoveryState): void {
    this.recovery = state;
  }

  stopTimers(): void {
    this.ownTimers?.stopAll();
  }

  setState(state: TcpState): void {
    this.state = state;
    this.host.tracer?.state(this);
  }
}

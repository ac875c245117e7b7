/**
 * The timers of one connection: three deadlines and one alarm.
 *
 * - retransmit: what was sent is not acknowledged in time (or the SYN). In its place, where that is sooner: the peer's window stays
 *   shut (probe), segments out of order should have arrived by now (loss-recovery/rack.ts), nothing is heard of the last ones
 *   (loss-recovery/tail-loss-probe.ts).
 * - delayedAck: an acknowledgement has waited long enough for data to ride on.
 * - keepalive: nothing was heard for long; also ends FIN_WAIT2 when nobody has the socket open.
 *
 * They are set and moved with every segment and hardly ever fire. So moving one only notes the new deadline, and the alarm (alarm.ts) stays
 * where it is unless it would come too late. When nothing is set any more, the connection is idle and needs no timers: it gives them
 * back, and another one takes them.
 *
 * Source: RFC 9293 section 3.8.1, RFC 1122 section 4.2.3; tcp_timer.c, struct inet_connection_sock.
 */
import type { Nanoseconds } from "../../../world/clock";
import { Alarm } from "../../alarm";
import { inTicks } from "../../tick";
import type { TcpHost } from "../host";
import { reorderingTimeout } from "../loss-recovery/reordering-timeout";
import { tailProbeTimeout } from "../loss-recovery/tail-loss-probe";
import { delayedAckTimeout } from "../receive/delayed-ack";
import type { Tcb } from "../tcb";
import { keepaliveTimeout } from "./keepalive";
import { probeTimeout } from "./probe";
import { retransmissionTimeout } from "./retransmission-timeout";

const OFF = Number.POSITIVE_INFINITY;
/** So many are kept for those who need some next. */
const MOST_IDLE = 256;

/**
 * What the retransmission timer stands for. RFC 8985 section 8: "An implementation is expected to have one timer with an additional state
 * variable indicating the type of the timer" (icsk_pending).
 */
const expiries = {
  retransmit: retransmissionTimeout,
  probe: probeTimeout,
  reordering: reorderingTimeout,
  "tail loss probe": tailProbeTimeout,
};

type Expiry = keyof typeof expiries;

export class TcpTimers {
  private retransmitAt: Nanoseconds = OFF;
  private delayedAckAt: Nanoseconds = OFF;
  private keepaliveAt: Nanoseconds = OFF;
  private expiry: Expiry = "retransmit";
  private readonly alarm: Alarm;
  /** While one of them fires, they aren't given back. */
  private firing = false;

  private constructor(
    host: TcpHost,
    private tcb: Tcb,
  ) {
    this.alarm = new Alarm(host.clock, () => host.runTimer(() => this.fire()));
  }

  /** For a connection that needs them now. */
  static take(tcb: Tcb): TcpTimers {
    const timers = tcb.host.idleTimers.pop();
    if (timers === undefined) return new TcpTimers(tcb.host, tcb);
    timers.tcb = tcb;
    return timers;
  }

  get retransmitPending(): boolean {
    return this.retransmitAt !== OFF && this.expiry === "retransmit";
  }

  get probePending(): boolean {
    return this.retransmitAt !== OFF && this.expiry === "probe";
  }

  get tailProbePending(): boolean {
    return this.retransmitAt !== OFF && this.expiry === "tail loss probe";
  }

  get reorderingPending(): boolean {
    return this.retransmitAt !== OFF && this.expiry === "reordering";
  }

  get delayedAckPending(): boolean {
    return this.delayedAckAt !== OFF;
  }

  /** How long until the delayed acknowledgement; Infinity when none is to come. */
  get delayedAckIn(): Nanoseconds {
    return this.delayedAckAt - this.tcb.now;
  }

  get keepalivePending(): boolean {
    return this.keepaliveAt !== OFF;
  }

  /** Fires so many nanoseconds from now, instead of whatever it stood for. */
  set(expiry: Expiry, span: Nanoseconds): void {
    if (this.expiry !== expiry) this.clearRetransmit();
    this.expiry = expiry;
    this.retransmitAt = this.arm(inTicks(span));
    this.trace(expiry, this.retransmitAt);
  }

  /** The retransmission timer runs while something is under way (RFC 6298 5.1 to 5.3; tcp_rearm_rto). */
  rearm(): void {
    const { tcb } = this;
    if (tcb.packetsOut === 0) {
      this.stopRetransmit();
      return;
    }
    // What stood in its place has used up some of its time.
    const stoodIn = this.expiry === "reordering" || this.expiry === "tail loss probe";
    this.set("retransmit", stoodIn ? Math.max(this.untilRetransmission(), 1) : tcb.rtt.rto);
  }

  /** How long until the oldest segment under way would be sent again (tcp_rto_delta_us). */
  untilRetransmission(): Nanoseconds {
    const { tcb } = this;
    const first = tcb.sendQueue.firstUnacknowledged();
    return first === undefined ? tcb.rtt.rto : first.sentAt + tcb.rtt.rto - tcb.now;
  }

  stopRetransmit(): void {
    this.clearRetransmit();
    this.giveBackIfIdle();
  }

  private clearRetransmit(): void {
    if (this.retransmitAt === OFF) return;
    this.retransmitAt = OFF;
    this.trace(this.expiry, null);
  }

  /** The same for acknowledgements that are held back in numbers: a clock with a finer tick counts that (an hrtimer). */
  setCompressedAck(span: Nanoseconds): void {
    this.delayedAckAt = this.arm(span);
    this.trace("delayed ack", this.delayedAckAt);
  }

  setDelayedAck(span: Nanoseconds): void {
    this.delayedAckAt = this.arm(inTicks(span));
    this.trace("delayed ack", this.delayedAckAt);
  }

  stopDelayedAck(): void {
    if (this.delayedAckAt === OFF) return;
    this.delayedAckAt = OFF;
    this.trace("delayed ack", null);
    this.giveBackIfIdle();
  }

  setKeepalive(span: Nanoseconds): void {
    this.keepaliveAt = this.arm(inTicks(span));
    this.trace("keepalive", this.keepaliveAt);
  }

  stopKeepalive(): void {
    if (this.keepaliveAt === OFF) return;
    this.keepaliveAt = OFF;
    this.trace("keepalive", null);
    this.giveBackIfIdle();
  }

  private get next(): Nanoseconds {
    return Math.min(this.retransmitAt, this.delayedAckAt, this.keepaliveAt);
  }

  /** A connection that waits for nothing has no timers, and no event in the world's queue: a crowd of them costs nothing. */
  private giveBackIfIdle(): void {
    if (this.firing || this.next !== OFF) return;
    const { tcb } = this;
    this.alarm.stop();
    tcb.forgetTimers();
    if (tcb.host.idleTimers.length < MOST_IDLE) tcb.host.idleTimers.push(this);
  }

  /** For good: nothing of it is left in the world's event queue. */
  stopAll(): void {
    this.stopRetransmit();
    this.stopDelayedAck();
    this.stopKeepalive();
  }

  private arm(span: Nanoseconds): Nanoseconds {
    const at = this.tcb.now + span;
    this.alarm.by(at);
    return at;
  }

  private fire(): void {
    const { tcb } = this;
    const now = tcb.now;
    this.firing = true;
    if (this.delayedAckAt <= now) {
      this.delayedAckAt = OFF;
      tcb.host.tracer?.timerFired(tcb, "delayed ack");
      delayedAckTimeout(tcb);
    }
    if (this.retransmitAt <= now) {
      this.retransmitAt = OFF;
      tcb.host.tracer?.timerFired(tcb, this.expiry);
      expiries[this.expiry](tcb);
    }
    if (this.keepaliveAt <= now) {
      this.keepaliveAt = OFF;
      tcb.host.tracer?.timerFired(tcb, "keepalive");
      keepaliveTimeout(tcb);
    }
    this.firing = false;
    tcb.host.tracer?.changes(tcb);
    const { next } = this;
    if (next === OFF) this.giveBackIfIdle();
    else this.alarm.by(next);
  }

  private trace(timer: string, at: Nanoseconds | null): void {
    this.tcb.host.tracer?.timer(this.tcb, timer, at);
  }
}

/**
 * The timers of one connection: three deadlines and one alarm.
 *
 * - retransmit: what was sent is not acknowledged in time (or the SYN, or the peer's window stays shut: probe).
 * - delayedAck: an acknowledgement has waited long enough for data to ride on.
 * - keepalive: nothing was heard for long; also ends FIN_WAIT2 when nobody has the socket open.
 *
 * They are set and moved with every segment and hardly ever fire. So moving one only notes the new deadline; the alarm in the world's
 * event queue stays where it is unless it would come too late, and when it comes too early it is set once more. When it comes and
 * nothing is set any more, the connection is idle and needs no timers.
 *
 * Source: RFC 9293 section 3.8.1, RFC 1122 section 4.2.3; tcp_timer.c, struct inet_connection_sock.
 */
import type { Nanoseconds, Timer } from "../../world/clock";
import { delayedAckTimeout } from "./delayed-ack";
import { keepaliveTimeout } from "./keepalive";
import { probeTimeout } from "./probe";
import { retransmissionTimeout } from "./retransmit";
import type { Tcb } from "./tcb";

const OFF = Number.POSITIVE_INFINITY;

export class TcpTimers {
  private retransmitAt: Nanoseconds = OFF;
  private delayedAckAt: Nanoseconds = OFF;
  private keepaliveAt: Nanoseconds = OFF;
  /** What the retransmission timer stands for now: Linux, too, has one for both (icsk_pending). */
  private probing = false;
  private alarm: Timer | null = null;
  private alarmAt: Nanoseconds = OFF;

  constructor(private readonly tcb: Tcb) {}

  get retransmitPending(): boolean {
    return this.retransmitAt !== OFF && !this.probing;
  }

  get probePending(): boolean {
    return this.retransmitAt !== OFF && this.probing;
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

  /** Fires so many nanoseconds from now, instead of whenever it would have. */
  setRetransmit(span: Nanoseconds): void {
    this.probing = false;
    this.retransmitAt = this.arm(span);
    this.trace("retransmit", this.retransmitAt);
  }

  setProbe(span: Nanoseconds): void {
    this.probing = true;
    this.retransmitAt = this.arm(span);
    this.trace("probe", this.retransmitAt);
  }

  stopRetransmit(): void {
    if (this.retransmitAt === OFF) return;
    this.retransmitAt = OFF;
    this.trace(this.probing ? "probe" : "retransmit", null);
  }

  setDelayedAck(span: Nanoseconds): void {
    this.delayedAckAt = this.arm(span);
    this.trace("delayed ack", this.delayedAckAt);
  }

  stopDelayedAck(): void {
    if (this.delayedAckAt === OFF) return;
    this.delayedAckAt = OFF;
    this.trace("delayed ack", null);
  }

  setKeepalive(span: Nanoseconds): void {
    this.keepaliveAt = this.arm(span);
    this.trace("keepalive", this.keepaliveAt);
  }

  stopKeepalive(): void {
    if (this.keepaliveAt === OFF) return;
    this.keepaliveAt = OFF;
    this.trace("keepalive", null);
  }

  /** For good: nothing of it is left in the world's event queue. */
  stopAll(): void {
    this.stopRetransmit();
    this.stopDelayedAck();
    this.stopKeepalive();
    this.alarm?.cancel();
    this.alarm = null;
    this.alarmAt = OFF;
  }

  private arm(span: Nanoseconds): Nanoseconds {
    const at = this.tcb.now + span;
    if (at < this.alarmAt) this.setAlarm(at);
    return at;
  }

  private setAlarm(at: Nanoseconds): void {
    this.alarm?.cancel();
    this.alarmAt = at;
    this.alarm = this.tcb.host.clock.at(at, () => this.goOff());
  }

  private goOff(): void {
    this.alarm = null;
    this.alarmAt = OFF;
    this.tcb.host.runTimer(() => this.fire());
  }

  private fire(): void {
    const { tcb } = this;
    const now = tcb.now;
    if (this.delayedAckAt <= now) {
      this.delayedAckAt = OFF;
      tcb.host.tracer?.timerFired(tcb, "delayed ack");
      delayedAckTimeout(tcb);
    }
    if (this.retransmitAt <= now) {
      this.retransmitAt = OFF;
      tcb.host.tracer?.timerFired(tcb, this.probing ? "probe" : "retransmit");
      if (this.probing) probeTimeout(tcb);
      else retransmissionTimeout(tcb);
    }
    if (this.keepaliveAt <= now) {
      this.keepaliveAt = OFF;
      tcb.host.tracer?.timerFired(tcb, "keepalive");
      keepaliveTimeout(tcb);
    }
    tcb.host.tracer?.changes(tcb);
    const next = Math.min(this.retransmitAt, this.delayedAckAt, this.keepaliveAt);
    if (next === OFF) tcb.forgetTimers();
    else if (next < this.alarmAt) this.setAlarm(next);
  }

  private trace(timer: string, at: Nanoseconds | null): void {
    this.tcb.host.tracer?.timer(this.tcb, timer, at);
  }
}

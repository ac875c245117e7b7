/**
 * What a connection asks of the machine it runs on: the clock, and a way for its segments. `tcb.host` in every file here is the object
 * in tcp.ts, class Tcp, which has it all (ListenerHome adds what a listener needs); tests put a wire of their own in its place.
 */
import type { Clock, Nanoseconds } from "../../world/clock";
import type { Flow } from "../ip/flow";
import type { TcpTracer } from "./info/tracer";
import type { TcpModules } from "./modules";
import type { Segment } from "./segment";
import type { Payload } from "./send/segment-run";
import type { SendWindow } from "./send/send-window";
import type { SmallQueue } from "./send/small-queue";
import type { WakeUpRule } from "./socket/wake-up-rule";
import type { TcpSysctl } from "./sysctl";
import type { Tcb } from "./tcb";
import type { TcpTimers } from "./timers/timers";

export interface TcpHost {
  readonly clock: Clock;
  readonly modules: TcpModules;
  readonly sendWindow: SendWindow;
  readonly wakeUpRule: WakeUpRule;
  readonly sysctl: TcpSysctl;
  /** Null when nobody listens. */
  readonly tracer: TcpTracer | null;
  /** 32 bits that nobody can foresee: initial sequence numbers (RFC 6528), timestamps' beginnings. */
  random32(): number;
  /** A timer has fired: runs what is to be done, as a soft interrupt. */
  runTimer(action: () => void): void;
  /** Timers that no connection needs at present (timers/timers.ts). */
  readonly idleTimers: TcpTimers[];
  /** Whose device has sent some of what it has handed down: it goes on in a soft interrupt. */
  readonly throttled: { add(queue: SmallQueue): void };
  /** The most payload that may be handed down at once, to be cut into segments further down; 0: single segments only (sk_gso_max_size). */
  readonly largestRun: number;
  /** Hands a segment of this connection to IP, with these bytes as its payload. */
  transmit(tcb: Tcb, segment: Segment, payload: Payload | null): void;
  /** Hands over a segment that belongs to no connection: a RST, an ACK of TIME_WAIT, a SYN-ACK. */
  transmitAlone(segment: Segment, flow?: Flow): void;
  /** A connection is over: nothing will be asked of it any more. */
  ended(tcb: Tcb): void;
  /** All that is left of it is to answer stragglers for 60 seconds; in FIN_WAIT2, to wait so long for the peer's FIN. */
  enteredTimeWait(tcb: Tcb, span: Nanoseconds): void;
}

/**
 * Tells a trace what happens in TCP. It exists only when somebody listens: TCP asks `tracer !== null` and nothing else.
 *
 * Changes of a control block are told where one piece of work on it ends: a segment, a call, a timer. They are found by comparing
 * it with what was told last, so that nobody who changes a number has to remember to tell.
 *
 * Source: the tracepoints of include/trace/events/tcp.h and sock.h.
 */
import { formatIpv4, type Ipv4Address } from "../../addresses";
import type { NetEventFields } from "../../events";
import type { Network } from "../../network";
import type { TimeWait } from "../close/time-wait";
import type { TcpControl } from "../events";
import { ACK, CWR, ECE, FIN, PSH, RST, type Segment, SYN } from "../segment";
import type { Payload } from "../send/segment-run";
import { unacknowledgedNumbers } from "../socket/socket-queues";
import { peerHasFinished } from "../state";
import type { Tcb } from "../tcb";
import { controlOf } from "./tcb-snapshot";

/**
 * The bytes in a socket's queues, and how many fit. A FIN counts as one, here as in ss(8): nobody has read it, nobody has acknowledged
 * it.
 */
interface Buffers {
  receiveUsed: number;
  receiveSize: number;
  sendUsed: number;
  sendSize: number;
}

/** Whose four numbers an event tells. */
interface Endpoints {
  readonly local: Ipv4Address;
  readonly localPort: number;
  readonly remote: Ipv4Address;
  readonly remotePort: number;
}

const FLAGS: readonly (readonly [number, string])[] = [
  [SYN, "SYN"],
  [FIN, "FIN"],
  [RST, "RST"],
  [PSH, "PSH"],
  [ECE, "ECE"],
  [CWR, "CWR"],
  [ACK, "ACK"],
];

export class TcpTracer {
  /** What was told last of each. */
  private readonly told = new WeakMap<Tcb, { control: TcpControl; buffers: Buffers }>();

  constructor(private readonly network: Network) {}

  segmentIn(segment: Segment, object: string | null): void {
    const { destination, destinationPort, source, sourcePort } = segment;
    const ends = { local: destination, localPort: destinationPort, remote: source, remotePort: sourcePort };
    this.segment("in", segment, object, ends, segment.size);
  }

  segmentOut(segment: Segment, object: string | null, payload: Payload | null): void {
    const { destination, destinationPort, source, sourcePort } = segment;
    const ends = { local: source, localPort: sourcePort, remote: destination, remotePort: destinationPort };
    this.segment("out", segment, object, ends, payload?.size ?? 0);
  }

  private segment(
    direction: "in" | "out",
    segment: Segment,
    object: string | null,
    ends: Endpoints,
    length: number,
  ): void {
    const flags = FLAGS.filter(([flag]) => segment.has(flag)).map(([, name]) => name);
    this.emit({
      type: "tcp.segment",
      direction,
      object,
      ...names(ends),
      flags: flags.join(" "),
      seq: segment.seq >>> 0,
      ack: segment.ack >>> 0,
      window: segment.window,
      length,
    });
  }

  state(tcb: Tcb): void {
    this.emit({ type: "socket.change", object: tcb.owner.name, state: tcb.state });
  }

  timer(tcb: Tcb, timer: string, at: number | null): void {
    this.emit({ type: "net.timer", object: tcb.owner.name, timer, at });
  }

  timerFired(tcb: Tcb, timer: string): void {
    this.emit({ type: "net.timer.fire", object: tcb.owner.name, timer });
  }

  request(ends: Endpoints, object: string, action: "add" | "remove"): void {
    this.emit({ type: "tcp.request", object, action, ...names(ends) });
  }

  timeWait(entry: TimeWait, action: "add" | "remove"): void {
    const state = entry.awaitsFin ? "FIN_WAIT2" : "TIME_WAIT";
    this.emit({ type: "tcp.time-wait", action, ...names(entry), state, until: entry.expiresAt });
  }

  /** Some work on this control block is done: what has it changed? Nothing is told of one that nobody has and that is over. */
  changes(tcb: Tcb): void {
    const { owner, options } = tcb;
    if (owner.dead && tcb.state === "CLOSED") return;
    const last = this.told.get(tcb);
    const control = controlOf(tcb);
    const buffers = {
      receiveUsed: tcb.receiveQueue.bytes + (peerHasFinished(tcb.state) && !tcb.rcv.finRead ? 1 : 0),
      receiveSize: options.receiveBuffer,
      sendUsed: unacknowledgedNumbers(tcb),
      sendSize: options.sendBuffer,
    };
    this.told.set(tcb, { control, buffers });
    const changed = last === undefined ? control : difference(last.control, control);
    if (changed !== null) this.emit({ type: "tcp.control", object: owner.name, ...changed });
    if (last === undefined || difference(last.buffers, buffers) !== null)
      this.emit({ type: "socket.buffer", object: owner.name, ...buffers });
  }

  private emit(event: NetEventFields | Parameters<Network["emit"]>[0]): void {
    this.network.emit(event);
  }
}

function names({ local, localPort, remote, remotePort }: Endpoints): { local: string; remote: string } {
  return { local: `${formatIpv4(local)}:${localPort}`, remote: `${formatIpv4(remote)}:${remotePort}` };
}

/** The fields of `after` that aren't what they were; null when all are. */
function difference<Fields extends object>(before: Fields, after: Fields): Partial<Fields> | null {
  const changed: Partial<Fields> = {};
  let any = false;
  for (const key of Object.keys(after) as (keyof Fields)[]) {
    if (before[key] === after[key]) continue;
    changed[key] = after[key];
    any = true;
  }
  return any ? changed : null;
}

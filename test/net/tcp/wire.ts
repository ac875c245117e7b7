/**
 * Two ends of TCP and a wire between them, without sockets and without IP: what one sends is turned into bytes, and what the wire
 * lets through is read from bytes at the other end, after a delay. A script says what happens to each segment.
 */
import { IPV4_ANY, ipv4Address } from "../../../lib/net/addresses";
import { Flow } from "../../../lib/net/ip/flow";
import { Page } from "../../../lib/net/packet/page";
import { blockTruesize, RECEIVE_HEADROOM } from "../../../lib/net/packet/truesize";
import { SocketOptions } from "../../../lib/net/socket/socket-options";
import { headerLength, readHeader, writeHeader } from "../../../lib/net/tcp/header";
import type { TcpHost } from "../../../lib/net/tcp/host";
import { standardTcpModules, type TcpModules } from "../../../lib/net/tcp/modules";
import { segmentArrives } from "../../../lib/net/tcp/receive/segment-arrives";
import { ACK, FIN, PSH, RST, Segment, SYN } from "../../../lib/net/tcp/segment";
import type { Payload } from "../../../lib/net/tcp/send/segment-run";
import { distance } from "../../../lib/net/tcp/sequence";
import { TcpSettings } from "../../../lib/net/tcp/settings";
import { TcpSysctl } from "../../../lib/net/tcp/sysctl";
import { Tcb } from "../../../lib/net/tcp/tcb";
import type { TcpOwner } from "../../../lib/net/tcp/tcp-owner";
import type { Errno } from "../../../lib/sys";
import { EventQueue } from "../../../lib/world/event-queue";

/** What becomes of a segment: delays in nanoseconds, one for each copy that arrives; none: lost. */
export type Fate = (from: End, segment: Segment, number: number) => readonly number[];

const DELAY = 10_000_000;

/** One end: a connection and the socket above it, as far as the connection needs one. */
export class End implements TcpOwner {
  options = new SocketOptions();
  readonly settings = new TcpSettings();
  readonly flow = new Flow(6);
  pendingError: Errno | null = null;
  softError: Errno | null = null;
  shutdownMask = 0;
  dead = false;
  readonly attached = true;
  readonly atWork = false;
  local = IPV4_ANY;
  remote = IPV4_ANY;
  timeWait = false;
  ended = false;
  readonly tcb: Tcb;

  constructor(
    readonly name: string,
    wire: Wire,
    readonly localPort: number,
    readonly remotePort: number,
    modules: TcpModules = standardTcpModules,
  ) {
    this.options.receiveBuffer = 131_072;
    this.tcb = new Tcb(wire.hostOf(this, modules), this);
  }

  wakeForData(): void {}
  wakeForRoom(): void {}
  wakeForError(): void {}
  wakeAll(): void {}
  connectionEnded(): void {}

  /** All that has arrived and wasn't read yet. */
  read(): Uint8Array {
    const { receiveQueue } = this.tcb;
    const bytes = new Uint8Array(receiveQueue.bytes);
    for (let at = 0; at < bytes.length; ) at += receiveQueue.read(bytes, at, bytes.length - at);
    return bytes;
  }
}

export class Wire {
  readonly clock = new EventQueue();
  readonly sysctl = new TcpSysctl();
  /** Every segment that was sent, as one line: who, flags, relative numbers, length. */
  readonly log: string[] = [];
  readonly alice: End;
  readonly bob: End;
  private sent = 0;
  private random = 1000;

  constructor(public fate: Fate = () => [DELAY]) {
    this.alice = new End("alice", this, 1, 2);
    this.bob = new End("bob", this, 2, 1);
    this.alice.local = this.bob.remote = ipv4Address("10.0.0.1");
    this.bob.local = this.alice.remote = ipv4Address("10.0.0.2");
  }

  hostOf(end: End, modules: TcpModules): TcpHost {
    return {
      clock: this.clock,
      modules,
      sendWindow: modules.sendWindow(),
      wakeUpRule: modules.wakeUpRule(),
      sysctl: this.sysctl,
      tracer: null,
      largestRun: 0,
      random32: () => this.nextNumber(),
      runTimer: (action) => action(),
      idleTimers: [],
      throttled: { add: (queue) => queue.resume() },
      transmit: (_tcb, segment, chunk) => this.send(end, segment, chunk),
      transmitAlone: (segment) => this.send(end, segment, null),
      ended: () => {
        end.ended = true;
      },
      enteredTimeWait: () => {
        end.timeWait = true;
      },
    };
  }

  private nextNumber(): number {
    this.random += 1_000_000_007;
    return this.random | 0;
  }

  /** Lets so many milliseconds pass. */
  run(milliseconds: number): void {
    const until = this.clock.now() + milliseconds * 1e6;
    while (this.clock.nextMoment() <= until) this.clock.step();
    this.clock.advanceTo(until);
  }

  /** The lines since the last time. */
  said(): string[] {
    return this.log.splice(0);
  }

  /** A segment as if `to`'s peer had sent it. */
  inject(to: End, change: Partial<Segment>): void {
    const from = to === this.alice ? this.bob : this.alice;
    const segment = Object.assign(new Segment(), { sourcePort: from.localPort, destinationPort: to.localPort }, change);
    this.arrives(to, segment);
  }

  /** Each comes in a block of memory of its own. */
  private arrives(to: End, segment: Segment): void {
    segment.truesize = blockTruesize(RECEIVE_HEADROOM + 40 + segment.size);
    segmentArrives(to.tcb, segment);
  }

  private send(from: End, segment: Segment, chunk: Payload | null): void {
    const size = chunk?.size ?? 0;
    const header = headerLength(segment);
    const page = new Page(new Uint8Array(header + size));
    writeHeader(page.view, 0, segment);
    if (chunk !== null) page.bytes.set(chunk.page.bytes.subarray(chunk.start, chunk.end), header);
    const arriving = new Segment();
    if (!readHeader(page, 0, page.bytes.length, arriving)) throw new Error("unreadable segment");
    this.log.push(this.describe(from, arriving));
    const to = from === this.alice ? this.bob : this.alice;
    for (const delay of this.fate(from, arriving, this.sent++)) {
      this.clock.at(this.clock.now() + delay, () => this.arrives(to, arriving));
    }
  }

  private describe(from: End, segment: Segment): string {
    const to = from === this.alice ? this.bob : this.alice;
    const flags = [
      [SYN, "S"],
      [FIN, "F"],
      [RST, "R"],
      [PSH, "P"],
      [ACK, "."],
    ]
      .filter(([bit]) => segment.has(bit as number))
      .map(([, letter]) => letter)
      .join("");
    const seq = distance(segment.seq, from.tcb.snd.iss);
    const ack = segment.has(ACK) ? ` ack ${distance(segment.ack, to.tcb.snd.iss)}` : "";
    return `${from.name} ${flags} ${seq}:${seq + segment.size}${ack}`;
  }
}

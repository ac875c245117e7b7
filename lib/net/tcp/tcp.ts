/**
 * TCP: a byte stream over packets that may get lost, doubled, or overtake each other.
 *
 * This is where a segment's way forks: by its four numbers to a connection, a request, an entry in TIME_WAIT, or a listener; and
 * where TCP meets IP. The rest of this folder by subject; lib/README.md has walks from file to file.
 *
 *     what goes over the wire     segment.ts, header.ts, header-options.ts, sequence.ts, timestamps.ts, urgent.ts
 *     what one end remembers      tcb.ts, state.ts, sequence-space.ts, settings.ts
 *     what the program sees       socket/           tcp-socket.ts, send.ts, receive.ts, connect.ts …
 *     how a connection begins     open/             active-open.ts, listener.ts, syn-request.ts …
 *     what leaves, and when       send/             output.ts, send-window.ts, send-queue.ts …
 *     what a segment does         receive/          segment-arrives.ts and what it names
 *     nothing comes back          timers/           retransmission-timer.ts, probe.ts, keepalive.ts …
 *     something was lost          loss-recovery/    scoreboard.ts, rack.ts, recovery.ts …
 *     the network in the middle   congestion/       congestion-control.ts, reno.ts, cubic.ts …
 *     how it ends                 close/            close.ts, abort.ts, time-wait.ts …
 *     what tools are told         info/, events.ts
 *
 * **Not modelled:** Fast Open, MTU probing, pacing, MD5 and AO, multipath. The real machine shows what it uses with `ss -ti` and
 * `nstat -az 'Tcp*'`.
 *
 * Source: RFC 9293; net/ipv4/tcp_ipv4.c (tcp_v4_rcv).
 */
import { Errno } from "../../sys/errno";
import { IPPROTO_TCP } from "../../sys/socket";
import type { Clock, Nanoseconds } from "../../world/clock";
import type { Ipv4Address } from "../addresses";
import type { PortHolder, PortTable } from "../inet/port-table";
import type { Demultiplexer } from "../inet/socket-table";
import { Flow } from "../ip/flow";
import { MAX_IPV4_LENGTH } from "../ip/header";
import type { IcmpError, QuotedPacket, Transport } from "../ip/transport";
import type { Network } from "../network";
import { packetSum, pseudoHeaderSum } from "../packet/checksum";
import type { Packet } from "../packet/packet";
import { SocketOptions } from "../socket/socket-options";
import { resetFor } from "./close/refuse";
import { TimeWait } from "./close/time-wait";
import { TimeWaitQueue } from "./close/time-wait-queue";
import { TcpTracer } from "./info/tracer";
import type { TcpModules } from "./modules";
import type { ListenerHome } from "./open/listener";
import type { SynRequest } from "./open/syn-request";
import { Segment } from "./segment";
import { packetOf, readSegment } from "./segment-packet";
import type { Payload } from "./send/segment-run";
import type { SendWindow } from "./send/send-window";
import { smallQueueOf } from "./send/small-queue";
import { ThrottledQueues } from "./send/throttled-queues";
import { after, toSeq } from "./sequence";
import type { WakeUpRule } from "./socket/wake-up-rule";
import type { TcpSysctl } from "./sysctl";
import type { Tcb } from "./tcb";
import type { TcpTimers } from "./timers/timers";

/** Whatever can be meant by a segment's four numbers. */
export interface TcpHolder extends PortHolder {
  arrives(segment: Segment): void;
  /** ICMP says that our segment with this number couldn't be delivered. */
  icmpError?(error: IcmpError, seq: number): void;
}

export class Tcp implements Transport, ListenerHome {
  readonly name = "tcp";
  readonly protocol = IPPROTO_TCP;
  /** With the longest headers it still is an IPv4 packet. */
  readonly largestRun = MAX_IPV4_LENGTH - 20 - 60;
  readonly clock: Clock;
  readonly modules: TcpModules;
  readonly tracer: TcpTracer | null;
  readonly sendWindow: SendWindow;
  readonly wakeUpRule: WakeUpRule;
  readonly ports: PortTable;
  readonly sockets: Demultiplexer<TcpHolder>;
  private readonly timeWaits: TimeWaitQueue;
  readonly throttled: ThrottledQueues;
  readonly idleTimers: TcpTimers[] = [];
  /** The segment that is being received: read anew for each packet, so that nothing is made for one. */
  private incoming = new Segment();
  private spare: Segment | null = null;
  /** What a socket begins with. */
  private options = new SocketOptions();

  constructor(readonly network: Network) {
    const { modules, random } = network;
    this.clock = network.clock;
    this.tracer = network.traced ? new TcpTracer(network) : null;
    this.modules = modules;
    this.sendWindow = modules.sendWindow();
    this.wakeUpRule = modules.wakeUpRule();
    this.ports = modules.portTable("tcp", random);
    // What comes out of it was put into it here.
    this.sockets = modules.demultiplexer() as unknown as Demultiplexer<TcpHolder>;
    this.timeWaits = new TimeWaitQueue(this);
    this.throttled = new ThrottledQueues(network.softirq);
  }

  get sysctl(): TcpSysctl {
    return this.network.sysctl;
  }

  now(): number {
    return this.clock.now();
  }

  random32(): number {
    return this.network.random.uint32();
  }

  // Up

  /** Verifies the checksum, and finds out whose it is (tcp_v4_rcv). */
  receive(packet: Packet): void {
    const { network } = this;
    if (packet.checksum === "none") {
      const pseudo = pseudoHeaderSum(packet.source, packet.destination, IPPROTO_TCP, packet.length);
      if (packetSum(network.checksum, packet, packet.start, pseudo) !== 0xffff) {
        network.drop(packet, "tcp", "bad checksum");
        return;
      }
    }
    const segment = this.incoming;
    if (!readSegment(packet, segment)) {
      network.drop(packet, "tcp", "malformed");
      return;
    }
    const holder = this.sockets.lookup(packet.destination, segment.destinationPort, packet.source, segment.sourcePort);
    this.tracer?.segmentIn(segment, holder?.name ?? null);
    if (holder === null) {
      network.drop(packet, "tcp", "no socket");
      resetFor(this, segment);
      return;
    }
    holder.arrives(segment);
    packet.free();
  }

  /** Whoever is given a segment may look at it only until it returns. To keep it is to take it away, and to give it back. */
  takeAway(segment: Segment): Segment {
    this.incoming = this.spare ?? new Segment();
    this.spare = null;
    segment.holdPages();
    return segment;
  }

  giveBack(segment: Segment): void {
    segment.releasePages();
    this.spare = segment;
  }

  /** The segment is for whoever listens, although an entry in TIME_WAIT stands in its way; false when nobody listens. */
  handToListener(segment: Segment, entry: TimeWait): boolean {
    const { destination, destinationPort, source, sourcePort } = segment;
    this.sockets.remove(entry);
    const listener = this.sockets.lookup(destination, destinationPort, source, sourcePort);
    this.sockets.add(entry);
    if (listener === null) return false;
    this.timeWaitOver(entry);
    listener.arrives(segment);
    return true;
  }

  /** The quoted ports lead to the connection, the quoted number tells which segment it was (tcp_v4_err). */
  error(error: IcmpError, quoted: QuotedPacket): void {
    const { view, offset, source, destination } = quoted;
    const localPort = view.getUint16(offset);
    const remotePort = view.getUint16(offset + 2);
    this.sockets
      .lookupConnected(source, localPort, destination, remotePort)
      ?.icmpError?.(error, toSeq(view.getInt32(offset + 4)));
  }

  // Down

  transmit(tcb: Tcb, segment: Segment, payload: Payload | null): void {
    this.tracer?.segmentOut(segment, tcb.owner.name, payload);
    const packet = packetOf(segment, payload);
    if (packet.truesize > 0) smallQueueOf(tcb).charge(packet);
    packet.heldBefore = after(segment.seq, tcb.snd.una);
    const error = this.network.ip.output(packet, tcb.owner.flow);
    if (error !== null) tcb.owner.softError = error;
  }

  transmitAlone(segment: Segment, flow = flowBetween(segment.source, segment.destination)): void {
    this.tracer?.segmentOut(segment, null, null);
    this.network.ip.output(packetOf(segment, null), flow);
  }

  /** A request has no socket yet whose flow it could have. */
  flowFor(request: Segment, like: Flow): Flow | null {
    const flow = flowBetween(request.destination, request.source);
    flow.ttl = like.ttl;
    flow.tos = like.tos;
    return this.network.routing.current(flow) instanceof Errno ? null : flow;
  }

  /** The options of a new socket: one object for all of them, made anew when an administrator has changed the sizes (socket-options.ts). */
  newOptions(): SocketOptions {
    const { tcp_rmem, tcp_wmem } = this.sysctl;
    if (this.options.receiveBuffer !== tcp_rmem[1] || this.options.sendBuffer !== tcp_wmem[1]) {
      this.options = new SocketOptions();
      this.options.receiveBuffer = tcp_rmem[1];
      this.options.sendBuffer = tcp_wmem[1];
    }
    return this.options;
  }

  // Who stands in the tables

  addRequest(request: SynRequest): void {
    this.sockets.add(request);
    this.tracer?.request(request, request.name, "add");
  }

  removeRequest(request: SynRequest): void {
    this.sockets.remove(request);
    this.tracer?.request(request, request.name, "remove");
  }

  /** The entry has its connection's port beside it, and its place among the sockets when that has left it (`ended`). */
  enteredTimeWait(tcb: Tcb, span: Nanoseconds): void {
    const entry = new TimeWait(this, tcb, span);
    this.ports.share(entry, entry.local, entry.localPort);
    this.timeWaits.add(entry);
  }

  /** Its connection has left the tables: the entry takes its place. */
  timeWaitBegins(entry: TimeWait): void {
    this.sockets.add(entry);
    this.tracer?.timeWait(entry, "add");
  }

  timeWaitOver(entry: TimeWait): void {
    this.timeWaits.remove(entry);
    this.sockets.remove(entry);
    this.ports.release(entry);
    this.tracer?.timeWait(entry, "remove");
  }

  prolong(entry: TimeWait): void {
    this.timeWaits.prolong(entry);
    this.tracer?.timeWait(entry, "add");
  }

  ended(tcb: Tcb): void {
    tcb.owner.connectionEnded();
    this.timeWaits.settle();
  }

  dropped(_segment: Segment): void {
    this.network.countDrop(0, "tcp", "backlog full", null);
  }

  // Time

  runTimer(action: () => void): void {
    this.network.softirq.runTimer(action);
  }
}

function flowBetween(source: Ipv4Address, destination: Ipv4Address): Flow {
  const flow = new Flow(IPPROTO_TCP);
  flow.source = source;
  flow.destination = destination;
  return flow;
}

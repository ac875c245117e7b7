/**
 * A TCP socket: what the program has in its hand. Either it listens, or it is one end of a connection, or it will be.
 *
 * Each call takes the socket for itself while it is at work: segments that arrive meanwhile wait in the backlog and are processed when
 * it lets go, at its end and before it sleeps.
 *
 * Source: tcp(7), net/ipv4/af_inet.c (inet_stream_connect, inet_listen, inet_shutdown), net/ipv4/tcp.c.
 */
import { type MaySleep, type Sleeping, sleepOn } from "../../kernel/sleep";
import type { Received } from "../../kernel/socket";
import type { Task } from "../../kernel/task";
import type { WaitQueue } from "../../kernel/wait-queue";
import { ENOTCONN, EPIPE } from "../../sys/errno";
import { IPPROTO_TCP, SHUT_WR, SOCK_STREAM, type SocketAddress, type SocketOptionValue } from "../../sys/socket";
import { type Nanoseconds, SECOND } from "../../world/clock";
import { InetSock } from "../inet/inet-sock";
import { Flow } from "../ip/flow";
import type { IcmpError } from "../ip/transport";
import { RCV_SHUTDOWN, SEND_SHUTDOWN } from "../sock";
import { finish, sendReset } from "./abort";
import { closeConnection, sendFin } from "./close";
import { connectTo, disconnect } from "./connect";
import { icmpArrives } from "./icmp-arrives";
import { keepAliveChanged } from "./keepalive";
import { acceptFrom, listenOn } from "./listen";
import type { Listener } from "./listener";
import { readinessOf } from "./readiness";
import { receiveFrom } from "./receive";
import type { Segment } from "./segment";
import { segmentArrives } from "./segment-arrives";
import { sendTo } from "./send";
import { STANDARD_SETTINGS, type TcpSettings } from "./settings";
import { queueLength } from "./socket-queues";
import type { SynRequest } from "./syn-request";
import { Tcb } from "./tcb";
import type { Tcp, TcpHolder } from "./tcp";
import { getTcpOption, setTcpOption } from "./tcp-options";
import { hasRoom, isReadable } from "./wake-up-rule";

/** What connect(2) remembers of earlier calls (enum socket_state in include/linux/net.h). */
export type ConnectState = "unconnected" | "connecting" | "connected" | "disconnecting";

export class TcpSocket extends InetSock implements TcpHolder {
  settings: TcpSettings;
  tcb: Tcb;
  listener: Listener<TcpSocket> | null = null;
  connectState: ConnectState = "unconnected";
  /** How often connect with AF_UNSPEC has dissolved what was there (sk_disconnects). */
  dissolved = 0;
  /** Is it in the demultiplexer? */
  private hashed = false;
  private owned = false;
  /** Segments that have come while a call was at work (sk_backlog). */
  private backlogFirst: Segment | null = null;
  private backlogLast: Segment | null = null;
  private closed = false;

  /** A new one, or with options and settings like another's and a way to its peer: an accepted one. */
  constructor(
    readonly tcp: Tcp,
    options = tcp.newOptions(),
    settings = STANDARD_SETTINGS,
    flow = new Flow(IPPROTO_TCP),
  ) {
    super(tcp.network, SOCK_STREAM, flow, options);
    this.settings = settings;
    this.tcb = new Tcb(tcp, this);
    tcp.tracer?.changes(this.tcb);
  }

  get protocol(): number {
    return IPPROTO_TCP;
  }

  get listening(): boolean {
    return this.listener !== null;
  }

  // Segments

  arrives(segment: Segment): void {
    if (this.listener !== null) {
      this.listener.arrives(segment);
    } else if (this.owned) {
      this.keepForLater(this.tcp.takeAway(segment));
    } else {
      segmentArrives(this.tcb, segment);
      this.tcp.tracer?.changes(this.tcb);
    }
  }

  icmpError(error: IcmpError, seq: number): void {
    icmpArrives(this, error, seq);
    this.tcp.tracer?.changes(this.tcb);
  }

  /** What is in the backlog is processed first; it may grow meanwhile. */
  private keepForLater(segment: Segment): void {
    if (this.backlogFirst === null) this.backlogFirst = segment;
    else if (this.backlogLast !== null) this.backlogLast.next = segment;
    this.backlogLast = segment;
  }

  /** A call begins its work: segments wait from now on (lock_sock). */
  lock(): void {
    this.owned = true;
  }

  /** It is done, or about to sleep: what has come meanwhile is processed (release_sock). */
  unlock(): void {
    for (let segment = this.backlogFirst; segment !== null; segment = this.backlogFirst) {
      this.backlogFirst = segment.next;
      segment.next = null;
      segmentArrives(this.tcb, segment);
      this.tcp.giveBack(segment);
    }
    this.owned = false;
    this.tcp.tracer?.changes(this.tcb);
  }

  /** Does something at once with the socket locked. */
  locked<Result>(work: () => Result): Result {
    this.lock();
    try {
      return work();
    } finally {
      this.unlock();
    }
  }

  /**
   * Lets go, sleeps, and takes it again. Throws as `sleepUntil` does, and EPIPE when connect has dissolved the connection meanwhile
   * (sk_wait_event in include/net/sock.h).
   */
  *sleepUnlocked(
    task: Task,
    queue: WaitQueue,
    condition: () => boolean,
    deadline: Nanoseconds | null,
    exclusive = false,
  ): Sleeping<void> {
    const { dissolved } = this;
    this.unlock();
    try {
      if (!condition()) yield* this.sleepUntil(task, queue, condition, deadline, exclusive);
    } finally {
      this.lock();
    }
    if (this.dissolved !== dissolved) throw EPIPE;
  }

  override wakeForData(): void {
    super.wakeForData(this.tcp.wakeUpRule);
  }

  override wakeForRoom(): void {
    super.wakeForRoom(this.tcp.wakeUpRule);
  }

  // The tables

  /** From now on segments may be for it: it listens, or its four numbers are complete. */
  hash(): void {
    this.tcp.sockets.add(this);
    this.hashed = true;
  }

  unhash(): void {
    if (this.hashed) this.tcp.sockets.remove(this);
    this.hashed = false;
  }

  connectionEnded(): void {
    this.unhash();
    // A port that the program chose by bind stays with the socket.
    if (!this.boundPort || this.dead) this.leavePort();
    if (this.dead) this.free();
  }

  /** Gives the port back (inet_put_port). */
  leavePort(): void {
    if (this.localPort === 0) return;
    this.tcp.ports.release(this);
    this.formerPort = this.localPort;
    this.localPort = 0;
  }

  // Beginning

  protected get bindable(): boolean {
    return this.tcb.state === "CLOSED" && this.listener === null;
  }

  protected takePort(port: number): void {
    this.localPort = this.tcp.ports.bind(this, this.local, port);
  }

  listen(backlog: number): void {
    listenOn(this, backlog);
  }

  /** A port, if it has none yet. */
  ensurePort(): void {
    this.bindAutomatically();
  }

  accept(task: Task, nonblocking: boolean): MaySleep<TcpSocket> {
    return acceptFrom(this, task, nonblocking);
  }

  makeChild(request: SynRequest): TcpSocket {
    const child = new TcpSocket(this.tcp, this.options, this.settings, request.flow);
    child.local = request.local;
    child.localPort = request.localPort;
    child.remote = request.remote;
    child.remotePort = request.remotePort;
    child.connectState = "connected";
    child.takeOptionsOf(this);
    // A copy of the listener in this, too (sk_clone_lock).
    child.shutdownMask = this.shutdownMask;
    this.tcp.ports.share(child, child.local, child.localPort);
    child.hash();
    child.reportNames();
    return child;
  }

  backlogChanged(): void {
    const { listener } = this;
    if (this.kernel.trace === null || listener === null) return;
    const [backlog, backlogLimit] = [listener.queues.length, listener.backlog];
    this.kernel.emit({ type: "socket.change", object: this.name, backlog, backlogLimit });
  }

  connect(task: Task, address: SocketAddress, nonblocking: boolean): MaySleep<void> {
    return connectTo(this, task, address, nonblocking);
  }

  override peerAddress(): SocketAddress {
    if (this.tcb.state === "CLOSED" || this.tcb.state === "SYN_SENT") throw ENOTCONN;
    return super.peerAddress();
  }

  // Bytes

  send(task: Task, data: Uint8Array, flags: number, _to: SocketAddress | null): Sleeping<number> {
    return sendTo(this, task, data, flags);
  }

  receive(task: Task, size: number, into: Uint8Array | null, flags: number): Sleeping<Received> {
    return receiveFrom(this, task, size, into, flags);
  }

  readiness(): number {
    return readinessOf(this);
  }

  ioctl(request: number): number {
    return queueLength(this, request);
  }

  // Ending

  shutdown(how: number): void {
    const mask = how + 1;
    const { tcb } = this;
    // Whoever shuts down what isn't connected yet can't connect any more, until AF_UNSPEC sets it back.
    if (this.connectState === "connecting") {
      const early = tcb.state === "SYN_SENT" || tcb.state === "SYN_RECV" || tcb.state === "CLOSED";
      this.connectState = early ? "disconnecting" : "connected";
    }
    if (this.listener !== null) {
      if (how !== SHUT_WR) disconnect(this);
      this.wakeAll();
      return;
    }
    if (tcb.state === "SYN_SENT") {
      disconnect(this);
      this.wakeAll();
      return;
    }
    const closed = tcb.state === "CLOSED";
    this.shutdownMask |= mask & (RCV_SHUTDOWN | SEND_SHUTDOWN);
    if ((mask & SEND_SHUTDOWN) !== 0 && !closed) this.locked(() => sendFin(tcb));
    this.wakeAll();
    if (closed) throw ENOTCONN;
  }

  /** close(2) with SO_LINGER: sends the FIN, and waits until it is acknowledged. */
  override linger(task: Task): Sleeping<void> | null {
    const { linger } = this.options;
    if (linger === null || linger === 0 || this.listener !== null) return null;
    return this.closeAndWait(task, linger);
  }

  private *closeAndWait(task: Task, linger: number): Sleeping<void> {
    this.locked(() => this.close());
    const { tcb } = this;
    const closing = () => tcb.state === "FIN_WAIT1" || tcb.state === "CLOSING" || tcb.state === "LAST_ACK";
    const deadline = linger === Number.POSITIVE_INFINITY ? null : this.kernel.clock.now() + linger * SECOND;
    if (closing()) yield* sleepOn(task, [{ queue: this.data, events: 0 }], () => !closing(), deadline, false);
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    closeConnection(this.tcb, this.options.linger === 0);
  }

  release(): void {
    this.dead = true;
    if (this.listener !== null) disconnect(this);
    if (this.tcb.state === "CLOSED") {
      this.leavePort();
      this.free();
      return;
    }
    this.locked(() => this.close());
  }

  /** It will never be accepted. */
  abandon(): void {
    this.dead = true;
    if (this.tcb.state === "CLOSED") {
      this.free();
      return;
    }
    sendReset(this.tcb);
    finish(this.tcb);
  }

  private free(): void {
    if (this.kernel.trace !== null) this.kernel.emit({ type: "socket.free", object: this.name });
  }

  // Options

  protected override getTransportOption(level: number, option: number): SocketOptionValue {
    return getTcpOption(this, level, option);
  }

  protected override setTransportOption(level: number, option: number, value: SocketOptionValue): void {
    this.locked(() => setTcpOption(this, level, option, value));
  }

  override setOption(level: number, option: number, value: SocketOptionValue): void {
    super.setOption(level, option, value);
    this.tcp.tracer?.changes(this.tcb);
  }

  override keepAliveChanged(): void {
    keepAliveChanged(this.tcb);
  }

  /** Not more than half of what the buffer may become: the rest is memory, not payload (tcp_set_rcvlowat). */
  override get mostLowWater(): number {
    const { receiveBufferLocked, receiveBuffer } = this.options;
    return (receiveBufferLocked ? receiveBuffer : this.tcp.sysctl.tcp_rmem[2]) >> 1;
  }

  override lowWaterChanged(): void {
    const { options } = this;
    if (!options.receiveBufferLocked) options.receiveBuffer = Math.max(options.receiveBuffer, options.lowWater * 2);
    if (isReadable(this.tcb)) this.wakeForData();
  }

  override sendBufferChanged(): void {
    if (hasRoom(this.tcb)) this.wakeForRoom();
  }
}

/**
 * A TCP socket: what the program has in its hand. Either it listens, or it is one end of a connection, or it will be.
 *
 * Each call takes the socket for itself while it is at work: segments that arrive meanwhile wait in the backlog and are processed when
 * it lets go, at its end and before it sleeps.
 *
 * Source: tcp(7), net/ipv4/af_inet.c (inet_stream_connect, inet_listen, inet_shutdown), net/ipv4/tcp.c.
 */
import type { MaySleep, Sleeping } from "../../../kernel/sleep";
import type { Received } from "../../../kernel/socket";
import type { Task } from "../../../kernel/task";
import { ENOTCONN } from "../../../sys/errno";
import { IPPROTO_TCP, type SocketAddress, type SocketOptionValue } from "../../../sys/socket";
import { InetSock } from "../../inet/inet-sock";
import { Flow } from "../../ip/flow";
import type { IcmpError } from "../../ip/transport";
import type { Network } from "../../network";
import { finish, sendReset } from "../close/abort";
import { closeConnection } from "../close/close";
import { becomeChild } from "../open/child";
import type { Listener } from "../open/listener";
import type { SynRequest } from "../open/syn-request";
import { icmpArrives } from "../receive/icmp-arrives";
import { segmentArrives } from "../receive/segment-arrives";
import type { Segment } from "../segment";
import { STANDARD_SETTINGS } from "../settings";
import { Tcb } from "../tcb";
import type { Tcp, TcpHolder } from "../tcp";
import { keepAliveChanged } from "../timers/keepalive";
import { Backlog } from "./backlog";
import { type ConnectState, connectTo, disconnect } from "./connect";
import { untilClosed } from "./linger";
import { acceptFrom, listenOn, reportBacklog } from "./listen";
import { makeRoomForLowWater, mostLowWaterOf } from "./low-water";
import { prefetch } from "./prefetch";
import { readinessOf } from "./readiness";
import { receiveFrom } from "./receive";
import { sendTo } from "./send";
import { shutDown } from "./shutdown";
import { getTcpOption, setTcpOption } from "./socket-options";
import { queueLength } from "./socket-queues";
import { hasRoom, isReadable } from "./wake-up-rule";

export class TcpSocket extends InetSock implements TcpHolder {
  tcb: Tcb;
  listener: Listener<TcpSocket> | null = null;
  connectState: ConnectState = "unconnected";
  /** The MSS of the connection that was dissolved; 0 when none was. */
  formerMss = 0;
  /** How often connect with AF_UNSPEC has dissolved what was there (sk_disconnects). */
  dissolved = 0;
  /** It is in the demultiplexer: segments may be for it. */
  private hashed = false;
  atWork = false;
  private backlog: Backlog | null = null;
  private closed = false;
  attached = true;

  /** A new one, or with options and settings like another's and a way to its peer: an accepted one. */
  constructor(
    readonly tcp: Tcp,
    options = tcp.newOptions(),
    public settings = STANDARD_SETTINGS,
    flow = new Flow(IPPROTO_TCP),
  ) {
    super(tcp.network, flow, options);
    this.tcb = new Tcb(tcp, this);
    tcp.tracer?.changes(this.tcb);
  }

  get network(): Network {
    return this.tcp.network;
  }

  get protocol(): number {
    return IPPROTO_TCP;
  }

  get listening(): boolean {
    return this.listener !== null;
  }

  // Segments

  arrives(segment: Segment): void {
    if (this.listener !== null) this.listener.arrives(segment);
    else if (this.atWork) {
      this.backlog ??= new Backlog();
      this.backlog.add(this.tcp.takeAway(segment));
    } else {
      prefetch(this);
      segmentArrives(this.tcb, segment);
      this.tcp.tracer?.changes(this.tcb);
    }
  }

  icmpError(error: IcmpError, seq: number): void {
    icmpArrives(this, error, seq);
    this.tcp.tracer?.changes(this.tcb);
  }

  /** A call begins its work: segments wait from now on (lock_sock). */
  lock(): void {
    prefetch(this);
    this.atWork = true;
  }

  /** It is done, or about to sleep: what has come meanwhile is processed (release_sock). */
  unlock(): void {
    for (let segment = this.backlog?.take(); segment; segment = this.backlog?.take()) {
      segmentArrives(this.tcb, segment);
      this.tcp.giveBack(segment);
    }
    this.backlog = null;
    this.atWork = false;
    if (this.tcb.hasSendQueue) this.tcb.sendQueue.below?.unlocked();
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

  accept(task: Task, nonblocking: boolean): MaySleep<TcpSocket> {
    return acceptFrom(this, task, nonblocking);
  }

  makeChild(request: SynRequest): TcpSocket {
    const { tcp, options, settings } = this;
    return becomeChild(new TcpSocket(tcp, options.ofChild(), settings.ofChild(), request.flow), this, request);
  }

  backlogChanged(): void {
    reportBacklog(this);
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
    shutDown(this, how);
  }

  /** close(2) with SO_LINGER: sends the FIN, and waits until it is acknowledged. */
  override linger(task: Task): Sleeping<void> | null {
    const { linger } = this.options;
    if (linger === null || linger === 0 || this.listener !== null) return null;
    this.close();
    return untilClosed(this, task, linger);
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.lock();
    closeConnection(this.tcb, this.options.linger === 0 ? "abortive" : "orderly");
    this.unlock();
  }

  release(): void {
    this.dead = true;
    if (this.listener !== null) disconnect(this);
    if (this.tcb.state === "CLOSED") {
      this.leavePort();
      this.free();
      return;
    }
    this.close();
  }

  /** It will never be accepted. */
  abandon(): void {
    this.dead = true;
    if (this.tcb.state === "CLOSED") this.free();
    else {
      sendReset(this.tcb);
      finish(this.tcb);
    }
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

  override get mostLowWater(): number {
    return mostLowWaterOf(this);
  }

  override lowWaterChanged(): void {
    makeRoomForLowWater(this);
    // The end of the stream counts as news, however often (tcp_data_ready).
    if (isReadable(this.tcb) || this.tcb.peerDone) this.wakeForData();
  }

  override sendBufferChanged(): void {
    if (hasRoom(this.tcb)) this.wakeForRoom();
  }
}

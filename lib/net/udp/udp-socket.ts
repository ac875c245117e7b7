/**
 * A UDP socket: a port, a queue of datagrams, and perhaps a peer.
 *
 * Nothing is agreed upon with anybody: connect only notes where `send` goes to, lets in nothing from others, and so lets ICMP
 * errors find the socket. A send is done when the datagram has been handed to the device; whether anybody gets it, nobody knows.
 *
 * A pending error comes before data: a receive may fail with ECONNREFUSED although datagrams wait.
 *
 * Source: udp(7), net/ipv4/udp.c (udp_sendmsg, udp_recvmsg, udp_poll, udp_disconnect), net/ipv4/datagram.c.
 */
import type { Sleeping } from "../../kernel/sleep";
import type { Received, Socket } from "../../kernel/socket";
import type { Task } from "../../kernel/task";
import { EAGAIN, EMSGSIZE, ENOPROTOOPT, ENOTCONN, ENOTTY, EOPNOTSUPP } from "../../sys/errno";
import { FIONREAD, SIOCOUTQ } from "../../sys/fcntl";
import {
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
} from "../../sys/poll";
import {
  AF_UNSPEC,
  IPPROTO_UDP,
  MSG_ERRQUEUE,
  MSG_OOB,
  MSG_PEEK,
  SHUT_RDWR,
  SO_SELECT_ERR_QUEUE,
  SOL_UDP,
  type SocketAddress,
  type SocketOptionValue,
  UDP_CORK,
} from "../../sys/socket";
import { IPV4_ANY, type Ipv4Address } from "../addresses";
import { InetSock, inetAddress } from "../inet/inet-sock";
import { Flow } from "../ip/flow";
import type { IcmpError } from "../ip/transport";
import type { Network } from "../network";
import type { Packet } from "../packet/packet";
import { intIn } from "../socket/option-value";
import { RCV_SHUTDOWN, SHUTDOWN_MASK } from "../socket/sock";
import { choosePeer, dissolve } from "./connect";
import { ErrorQueue, type QueuedError } from "./error-queue";
import { ReceiveHalf } from "./receive-half";
import { SendHalf } from "./send-half";

const EMPTY = new Uint8Array(0);

export class UdpSocket extends InetSock {
  readonly listening = false;
  private readonly received: ReceiveHalf;
  private readonly sent = new SendHalf(this);
  /** Made with the first error of IP_RECVERR. */
  private errors: ErrorQueue | null = null;
  /** Is it in UDP's tables? */
  private hashed = false;

  get protocol(): number {
    return IPPROTO_UDP;
  }

  constructor(readonly network: Network) {
    super(network, new Flow(IPPROTO_UDP));
    this.received = new ReceiveHalf(network.modules.datagramQueue());
    this.reportNames("UNCONNECTED");
    this.reportBuffer();
  }

  get connected(): boolean {
    return this.remote !== IPV4_ANY;
  }

  // Names

  protected get bindable(): boolean {
    return !this.connected;
  }

  protected takePort(port: number): void {
    const { udp } = this.network;
    this.localPort = udp.ports.bind(this, this.local, port);
    udp.add(this);
    this.hashed = true;
    if (this.network.traced) {
      const event = { object: this.name, protocol: "udp", address: inetAddress(this.local, 0).address };
      this.network.emit({ type: "port.bind", ...event, port: this.localPort });
    }
  }

  /** Gives the port back. */
  leavePort(): void {
    if (!this.hashed) return;
    this.network.udp.remove(this);
    this.network.udp.ports.release(this);
    this.hashed = false;
    this.network.emitIfTraced({ type: "port.release", object: this.name, protocol: "udp", port: this.localPort });
    this.localPort = 0;
  }

  /** Changes its numbers while it is in UDP's tables. */
  rehash(change: () => void): void {
    if (this.hashed) this.network.udp.remove(this);
    change();
    if (this.hashed) this.network.udp.add(this);
  }

  *connect(_task: Task, address: SocketAddress): Sleeping<void> {
    if ("family" in address && address.family === AF_UNSPEC) {
      this.sent.keepPeer();
      dissolve(this);
    } else {
      choosePeer(this, address);
      this.sent.redirect(this.flow, this.remotePort);
    }
  }

  // Sending

  *send(task: Task, data: Uint8Array, flags: number, to: SocketAddress | null): Sleeping<number> {
    // First of all, even if nothing will be sent (inet_send_prepare in net/ipv4/af_inet.c).
    this.ensurePort();
    if (data.length > 0xffff) throw EMSGSIZE;
    if ((flags & MSG_OOB) !== 0) throw EOPNOTSUPP;
    return yield* this.sent.send(task, data, flags, to);
  }

  /** With IP_RECVERR even our own side's refusal waits in the queue (ip_local_error). */
  tooLong(destination: Ipv4Address): void {
    if (!this.wantsAllErrors) return;
    const sentTo = inetAddress(destination, this.remotePort);
    this.queueError({ error: EMSGSIZE, reported: false, data: EMPTY, sentTo });
    this.wakeForError();
  }

  override sendBufferChanged(): void {
    this.sent.wakeIfRoom();
  }

  // Receiving

  /** From the soft interrupt: a datagram for this socket, headers off. False when it must be thrown away. */
  deliver(packet: Packet, fromPort: number): boolean {
    if (!this.received.add(packet, fromPort, this.options.receiveBuffer)) return false;
    this.network.udp.report("in", this, packet, fromPort, packet.length);
    this.reportBuffer();
    this.wakeForData();
    return true;
  }

  *receive(task: Task, size: number, into: Uint8Array | null, flags: number): Sleeping<Received> {
    if ((flags & MSG_ERRQUEUE) !== 0) return this.takeQueuedError(size, into);
    const deadline = this.receiveDeadline(flags);
    for (;;) {
      this.throwPendingError();
      const datagram = this.received.take(size, into, flags, this.options.receiveBuffer);
      if (datagram !== null) {
        if ((flags & MSG_PEEK) === 0) this.reportBuffer();
        const { lostControl } = this;
        return lostControl === 0 ? datagram : { ...datagram, flags: datagram.flags | lostControl };
      }
      if (this.maySleep(deadline) && (this.shutdownMask & RCV_SHUTDOWN) !== 0)
        return { data: EMPTY, address: null, flags: 0 };
      yield* this.sleepUntil(task, this.data, () => this.receiveReady, deadline, "exclusive");
    }
  }

  private get receiveReady(): boolean {
    return !this.received.empty || this.pendingError !== null || (this.shutdownMask & RCV_SHUTDOWN) !== 0;
  }

  /** Only a connected socket hears of it, and of what isn't certain only if it asked (IP_RECVERR). `data` is what had been sent. */
  icmpError({ error, fatal, mtu }: IcmpError, data: Uint8Array, sentTo: SocketAddress): void {
    const tooBig = mtu > 0 && this.flow.dontFragment;
    const told = this.wantsAllErrors || ((fatal || tooBig) && this.connected);
    if (!told) return;
    if (this.wantsAllErrors) this.queueError({ error, reported: true, data, sentTo });
    this.pendingError = error;
    this.wakeForError();
  }

  private queueError(error: QueuedError): void {
    this.errors ??= new ErrorQueue();
    this.errors.add(error);
  }

  private takeQueuedError(size: number, into: Uint8Array | null): Received {
    if (this.errors === null) throw EAGAIN;
    const { received, pending } = this.errors.take(size, into);
    if (pending !== undefined) this.pendingError = pending;
    if (!this.errors.empty) this.wakeForError();
    return received;
  }

  override allErrorsUnwanted(): void {
    this.errors?.clear();
  }

  readiness(): number {
    const mask = this.shutdownMask;
    let events = 0;
    if (this.pendingError !== null || this.errors?.empty === false)
      events |= POLLERR | (this.option(SO_SELECT_ERR_QUEUE) !== 0 ? POLLPRI : 0);
    if (mask === SHUTDOWN_MASK) events |= POLLHUP;
    if ((mask & RCV_SHUTDOWN) !== 0) events |= POLLRDHUP | POLLIN | POLLRDNORM;
    if (!this.received.empty) events |= POLLIN | POLLRDNORM;
    if (this.sent.memory + 1 < this.options.sendBuffer >> 1) events |= POLLOUT | POLLWRNORM | POLLWRBAND;
    return events;
  }

  // The rest

  protected override getTransportOption(level: number, option: number): SocketOptionValue {
    if (level !== SOL_UDP) throw EOPNOTSUPP;
    if (option !== UDP_CORK) throw ENOPROTOOPT;
    return Number(this.sent.corks);
  }

  protected override setTransportOption(level: number, option: number, value: SocketOptionValue): void {
    if (level !== SOL_UDP || option !== UDP_CORK) throw ENOPROTOOPT;
    this.sent.corks = intIn(value) !== 0;
    if (!this.sent.corks) this.sent.uncork();
  }

  listen(): void {
    throw EOPNOTSUPP;
  }

  accept(): Sleeping<Socket> {
    throw EOPNOTSUPP;
  }

  /** It does it, and on a socket without a peer says ENOTCONN nevertheless (inet_shutdown). */
  shutdown(how: number): void {
    this.shutdownMask |= how === SHUT_RDWR ? SHUTDOWN_MASK : how + 1;
    this.wakeAll();
    if (!this.connected) throw ENOTCONN;
  }

  ioctl(request: number): number {
    if (request === SIOCOUTQ) return this.sent.memory;
    if (request !== FIONREAD) throw ENOTTY;
    return this.received.firstLength;
  }

  release(): void {
    this.dead = true;
    this.leavePort();
    this.received.clear();
    this.kernel.emitIfTraced({ type: "socket.free", object: this.name });
  }

  private reportBuffer(): void {
    if (this.kernel.trace === null || this.dead) return;
    const { receiveBuffer: receiveSize, sendBuffer: sendSize } = this.options;
    const used = { receiveUsed: this.received.queuedBytes, sendUsed: this.sent.memory };
    this.kernel.emit({ type: "socket.buffer", object: this.name, ...used, receiveSize, sendSize });
  }
}

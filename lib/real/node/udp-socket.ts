/**
 * A datagram socket: Node's `dgram.Socket`.
 *
 * | system call      | the line of a Node program                                                        |
 * | ---------------- | --------------------------------------------------------------------------------- |
 * | socket           | `dgram.createSocket("udp4")`                                                      |
 * | bind             | `socket.bind(port, address)`, then "listening"                                    |
 * | sendto           | `socket.send(data, port, address, callback)`                                      |
 * | recvfrom         | the event "message": (data, { address, port })                                    |
 * | connect          | `socket.connect(port, address)`: a peer is remembered, nothing crosses the wire   |
 *
 * Node hands over each datagram as it arrives, so the receive queue below is this process's: the kernel's never fills, and
 * no datagram is dropped for want of room. Source: udp(7).
 */
import * as dgram from "node:dgram";
import {
  EAFNOSUPPORT,
  EAGAIN,
  EDESTADDRREQ,
  EINVAL,
  ENOTCONN,
  type Errno,
  INADDR_ANY,
  INADDR_LOOPBACK,
  type InetAddress,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDHUP,
  SHUT_RD,
  SHUT_WR,
  SO_BROADCAST,
  SOL_SOCKET,
  type SocketAddress,
} from "../../sys";
import { asInet, isUnspecified, localHost, remoteHost } from "./endpoint";
import { nodeLimits } from "./limits";
import type { Closable, Machine } from "./machine";
import { errnoOf, orErrno } from "./node-errors";
import { type Received, Socket } from "./socket";
import type { Thread } from "./thread";

export class UdpSocket extends Socket implements Closable {
  private readonly socket = dgram.createSocket("udp4");
  private readonly arrived: Array<{ data: Uint8Array; from: InetAddress }> = [];
  private peer: InetAddress | null = null;
  private error: Errno | null = null;
  private closed = false;
  private readShut = false;
  private readonly gone: Promise<void>;

  constructor(machine: Machine, family: number, type: number, protocol: number, flags: number) {
    super(machine, family, type, protocol, flags, true);
    machine.closables.add(this);
    this.gone = new Promise((resolve) => {
      this.socket.once("close", () => {
        machine.closables.delete(this);
        resolve();
      });
    });
    this.socket.on("message", (data, { address, port }) => {
      this.arrived.push({ data: new Uint8Array(data), from: { family, address, port } });
      this.queue.wakeAll();
    });
    this.socket.on("error", (error) => {
      this.error = errnoOf(error);
      this.queue.wakeAll();
    });
  }

  async bind(thread: Thread, address: SocketAddress): Promise<void> {
    const inet = asInet(address);
    const host = localHost(this.machine, inet);
    if (this.local) throw EINVAL;
    await this.bindTo(thread, host, inet.port);
    this.boundToAny = inet.address === INADDR_ANY;
  }

  private async bindTo(thread: Thread, address: string, port: number): Promise<void> {
    await this.wait(thread, 'Node\'s "listening"', (done) => {
      this.socket.once("listening", done);
      this.socket.bind({ address, port, exclusive: true });
    });
    const bound = this.socket.address();
    this.local = { family: this.family, address: bound.address, port: bound.port };
    if (this.isSet(SOL_SOCKET, SO_BROADCAST)) this.socket.setBroadcast(true);
  }

  /** Starts something of Node's and sleeps until its callback or an "error" has come. */
  private async wait(
    thread: Thread,
    what: string,
    start: (done: (error?: Error | null) => void) => void,
  ): Promise<void> {
    let done = false;
    start((error) => {
      done = true;
      if (error) this.error = errnoOf(error);
      this.queue.wakeAll();
    });
    while (!done && !this.error) await thread.sleep([this.queue], `${this.name}: ${what}`);
    const error = this.takeError();
    if (error) throw error;
  }

  /** Without a bind of the program's own, the first use binds to a port that the system chooses. */
  private async bound(thread: Thread): Promise<void> {
    if (this.local) return;
    await this.bindTo(thread, INADDR_LOOPBACK, 0);
    this.boundToAny = true;
  }

  async connect(thread: Thread, address: SocketAddress): Promise<void> {
    if (this.peer) {
      this.socket.disconnect();
      this.peer = null;
    }
    if (isUnspecified(address)) return;
    const inet = asInet(address);
    const host = remoteHost(this.machine, inet);
    await this.bound(thread);
    await this.wait(thread, 'Node\'s "connect"', (done) => {
      this.socket.connect(inet.port, host, () => done());
    });
    this.peer = { family: this.family, address: host, port: inet.port };
  }

  async send(thread: Thread, data: Uint8Array, _nonblocking: boolean, to: SocketAddress | null): Promise<number> {
    const error = this.takeError();
    if (error) throw error;
    if (!to && !this.peer) throw EDESTADDRREQ;
    if (to && !("address" in to)) throw EAFNOSUPPORT;
    const inet = to ? asInet(to) : null;
    const host = inet ? remoteHost(this.machine, inet) : "";
    if (inet?.port === 0) throw EINVAL;
    await this.bound(thread);
    if (inet && this.peer) {
      this.machine.note(nodeLimits.connectedDatagrams.note);
    }
    await this.wait(thread, "Node's callback of send", (done) => {
      const copy = data.slice();
      if (inet && !this.peer) orErrno(() => this.socket.send(copy, inet.port, host, done));
      else orErrno(() => this.socket.send(copy, done));
    });
    return data.length;
  }

  tryReceive(size: number, peek: boolean): Received {
    const error = this.takeError();
    if (error) throw error;
    const first = this.arrived[0];
    if (first) {
      if (!peek) this.arrived.shift();
      return { data: first.data.slice(0, size), address: first.from, length: first.data.length };
    }
    if (this.readShut) return { data: new Uint8Array(0), address: null, length: 0 };
    throw EAGAIN;
  }

  shutdown(how: number): void {
    if (how < SHUT_RD || how > 2) throw EINVAL;
    if (!this.peer) throw ENOTCONN;
    if (how !== SHUT_WR) this.readShut = true;
    this.queue.wakeAll();
  }

  peerName(): SocketAddress {
    if (!this.peer) throw ENOTCONN;
    return this.peer;
  }

  ready(): number {
    let bits = POLLOUT;
    if (this.arrived.length > 0 || this.readShut) bits |= POLLIN;
    if (this.readShut) bits |= POLLRDHUP | POLLHUP;
    if (this.error) bits |= POLLERR | POLLIN;
    return bits;
  }

  override available(): number {
    return this.arrived[0]?.data.length ?? 0;
  }

  protected override takeError(): Errno | null {
    const { error } = this;
    this.error = null;
    return error;
  }

  protected release(): void {
    void this.close();
  }

  close(): Promise<void> {
    if (!this.closed) this.socket.close();
    this.closed = true;
    return this.gone;
  }
}

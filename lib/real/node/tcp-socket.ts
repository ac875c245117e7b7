/**
 * A stream socket: unconnected, connecting, connected or listening.
 *
 * | system call | the line of a Node program                                                          |
 * | ----------- | ------------------------------------------------------------------------------------- |
 * | socket      | none: `net.connect` and `server.listen` make the descriptor when they need it         |
 * | bind        | none: it is remembered here, and goes into the options of listen or connect           |
 * | connect     | `net.connect({ host, port })`; the event "connect" is the moment a blocking connect returns |
 *
 * So an address that is taken shows at `listen`, where Linux shows it at `bind`, unless it is taken within this very run;
 * and the port that the system chooses for port 0 isn't known before `listen` or `connect`.
 */
import * as net from "node:net";
import {
  AF_UNIX,
  EADDRINUSE,
  EAGAIN,
  EALREADY,
  EINPROGRESS,
  EINVAL,
  EISCONN,
  ENOTCONN,
  EPIPE,
  type Errno,
  INADDR_ANY,
  type InetAddress,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_REUSEADDR,
  SOL_SOCKET,
  SOL_TCP,
  type SocketAddress,
  TCP_NODELAY,
  type UnixAddress,
} from "../../sys";
import { asInet, type Endpoint, isInet, isUnspecified, localHost, noAddress, remoteHost, socketPath } from "./endpoint";
import { nodeLimits } from "./limits";
import type { Machine } from "./machine";
import { errnoOf } from "./node-errors";
import { type Received, Socket } from "./socket";
import { TcpConnection } from "./tcp-connection";
import { TcpListener } from "./tcp-listener";
import type { Thread } from "./thread";
import { handOverName, restoreName, takeName } from "./unix-name";

type State =
  | { is: "unconnected" }
  | { is: "connecting"; connection: TcpConnection }
  | { is: "connected"; connection: TcpConnection; told: boolean }
  | { is: "listening"; listener: TcpListener };

export class TcpSocket extends Socket {
  private state: State = { is: "unconnected" };
  private peer: SocketAddress | null = null;
  private error: Errno | null = null;

  constructor(machine: Machine, family: number, type: number, protocol: number, flags: number) {
    super(machine, family, type, protocol, flags, true);
  }

  bind(_thread: Thread, address: SocketAddress): void {
    const taken = this.local !== null || this.state.is !== "unconnected";
    if (this.family === AF_UNIX) {
      if (taken) throw EINVAL;
      socketPath(this.machine, address);
      takeName(this.machine, (address as UnixAddress).path);
      this.local = { ...address, family: AF_UNIX } as Endpoint;
      return;
    }
    const inet = asInet(address);
    const host = localHost(this.machine, inet);
    if (taken) throw EINVAL;
    if (inet.port !== 0 && this.takenHere(host, inet.port)) throw EADDRINUSE;
    this.local = { family: this.family, address: host, port: inet.port };
    this.boundToAny = inet.address === INADDR_ANY;
  }

  /** Has another socket of this run that port? Node would tell only at listen, and both may if SO_REUSEADDR is set on both. */
  private takenHere(host: string, port: number): boolean {
    for (const file of this.machine.openFiles) {
      if (!(file instanceof TcpSocket) || file === this || !file.local || !isInet(file.local)) continue;
      if (file.local.address !== host || file.local.port !== port) continue;
      const bothReuse = this.isSet(SOL_SOCKET, SO_REUSEADDR) && file.isSet(SOL_SOCKET, SO_REUSEADDR);
      if (file.state.is === "listening" || !bothReuse) return true;
    }
    return false;
  }

  override async listen(thread: Thread, backlog: number): Promise<void> {
    if (this.state.is === "listening") return;
    if (this.state.is !== "unconnected") throw EINVAL;
    const local =
      this.local ?? (this.family === AF_UNIX ? null : { family: this.family, address: "127.0.0.1", port: 0 });
    if (!local) throw EINVAL;
    const where = isInet(local) ? { host: local.address, port: local.port } : { path: socketPath(this.machine, local) };
    if (!isInet(local)) handOverName(this.machine, local.path);
    const listener = new TcpListener(this.machine, { ...where, backlog: Math.max(1, backlog) }, this.queue);
    this.state = { is: "listening", listener };
    while (listener.state === "starting") await thread.sleep([this.queue], `${this.name}: Node's "listening"`);
    if (listener.state !== "listening") {
      this.state = { is: "unconnected" };
      this.restoreName();
      throw listener.state;
    }
    this.boundToAny ||= this.local === null;
    this.local = listener.address(local);
  }

  private restoreName(): void {
    if (this.local && !isInet(this.local)) restoreName(this.machine, this.local.path);
  }

  override sockName(): SocketAddress {
    const { local } = this;
    if (local && isInet(local) && local.port === 0) {
      this.machine.note(nodeLimits.bind.note);
    }
    return super.sockName();
  }

  override tryAccept(flags: number): Socket {
    if (this.state.is !== "listening") throw EINVAL;
    const connection = this.state.listener.accept();
    const accepted = new TcpSocket(this.machine, this.family, this.type, this.protocol, flags);
    accepted.adopt(connection);
    if (this.family === AF_UNIX) accepted.local = this.local;
    return accepted;
  }

  async connect(thread: Thread, address: SocketAddress): Promise<void> {
    if (this.state.is === "listening") throw EISCONN;
    if (this.state.is === "connected") {
      if (this.state.told) throw EISCONN;
      this.state.told = true;
      return;
    }
    if (this.state.is === "connecting" && this.nonblocking) throw EALREADY;
    const unreported = this.takeError();
    if (unreported) throw unreported;
    if (this.state.is === "unconnected") this.startConnecting(address);
    if (this.nonblocking) throw EINPROGRESS;
    while (this.state.is === "connecting") await thread.sleep([this.queue], `${this.name}: connection`);
    const error = this.takeError();
    if (error) throw error;
    this.tell();
  }

  /** The connection has been reported to the program: from now on, connect says EISCONN. */
  private tell(): void {
    if (this.state.is === "connected") this.state.told = true;
  }

  private startConnecting(address: SocketAddress): void {
    if (isUnspecified(address)) return;
    const socket = net.connect({ ...this.destination(address), allowHalfOpen: true });
    const connection = new TcpConnection(this.machine, socket);
    this.state = { is: "connecting", connection };
    socket.once("connect", () => {
      if (this.state.is !== "connecting" || this.state.connection !== connection) return;
      this.adopt(connection, false);
      if (this.family === AF_UNIX) this.peer = { ...address, family: AF_UNIX };
      this.queue.wakeAll();
    });
    socket.once("error", (error) => {
      if (this.state.is !== "connecting" || this.state.connection !== connection) return;
      this.state = { is: "unconnected" };
      this.error = errnoOf(error);
      this.queue.wakeAll();
    });
  }

  private destination(address: SocketAddress): net.NetConnectOpts {
    if (this.family === AF_UNIX) return { path: socketPath(this.machine, address) };
    const inet = asInet(address);
    const bound = this.local as InetAddress | null;
    const from = bound ? { localAddress: bound.address, localPort: bound.port } : {};
    return { host: remoteHost(this.machine, inet), port: inet.port, ...from };
  }

  /** Takes over a connection that exists, from "connect" or from a listener. */
  private adopt(connection: TcpConnection, told = true): void {
    const { localAddress, localPort, remoteAddress, remotePort } = connection.socket;
    connection.watcher = this.queue;
    this.state = { is: "connected", connection, told };
    if (this.family === AF_UNIX) this.peer = noAddress(AF_UNIX);
    else {
      this.local = { family: this.family, address: localAddress ?? "0.0.0.0", port: localPort ?? 0 };
      this.peer = { family: this.family, address: remoteAddress ?? "0.0.0.0", port: remotePort ?? 0 };
    }
    this.applyOptions();
  }

  tryReceive(size: number, peek: boolean): Received {
    if (this.state.is === "connecting") throw EAGAIN;
    const error = this.takeError();
    if (error) throw error;
    if (this.state.is !== "connected") throw this.family === AF_UNIX ? EINVAL : ENOTCONN;
    const data = this.state.connection.read(size, peek);
    return { data, address: null, length: data.length };
  }

  async send(thread: Thread, data: Uint8Array, nonblocking: boolean, to: SocketAddress | null): Promise<number> {
    while (this.state.is === "connecting") {
      if (nonblocking) throw EAGAIN;
      await thread.sleep([this.queue], `${this.name}: connection`);
    }
    const error = this.takeError();
    if (error) throw error;
    if (this.state.is !== "connected") throw this.family === AF_UNIX ? ENOTCONN : EPIPE;
    if (to && this.family === AF_UNIX) throw EISCONN;
    return this.state.connection.write(thread, data, nonblocking, this.name);
  }

  shutdown(how: number): void {
    if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) throw EINVAL;
    if (this.state.is !== "connected") throw ENOTCONN;
    this.state.connection.shutdown(how);
    this.queue.wakeAll();
  }

  peerName(): SocketAddress {
    if (this.state.is !== "connected" || !this.peer) throw ENOTCONN;
    return this.peer;
  }

  ready(): number {
    if (this.state.is === "listening") return this.state.listener.waiting > 0 ? POLLIN : 0;
    if (this.state.is === "connected") return this.state.connection.ready();
    if (this.state.is === "connecting") return 0;
    return this.error ? POLLIN | POLLOUT | POLLERR | POLLHUP : POLLOUT | POLLHUP;
  }

  override available(): number {
    if (this.state.is === "listening") throw EINVAL;
    if (this.state.is !== "connected") return 0;
    this.machine.note(nodeLimits.receiveBuffer.note);
    return this.state.connection.socket.readableLength;
  }

  protected override takeError(): Errno | null {
    const own = this.error;
    this.error = null;
    return own ?? (this.state.is === "connected" ? this.state.connection.takeError() : null);
  }

  protected override get listening(): boolean {
    return this.state.is === "listening";
  }

  protected override applyOptions(): void {
    if (this.state.is !== "connected") return;
    const { socket } = this.state.connection;
    socket.setNoDelay(this.isSet(SOL_TCP, TCP_NODELAY));
    socket.setKeepAlive(this.isSet(SOL_SOCKET, SO_KEEPALIVE));
  }

  private get lingersZero(): boolean {
    const linger = this.options.get(`${SOL_SOCKET} ${SO_LINGER}`);
    return typeof linger === "object" && "l_linger" in linger && "l_onoff" in linger
      ? linger.l_onoff !== 0 && linger.l_linger === 0
      : false;
  }

  protected release(): void {
    if (this.state.is === "listening") {
      this.state.listener.release();
      this.restoreName();
    }
    if (this.state.is === "connecting") void this.state.connection.close();
    else if (this.state.is === "connected") this.state.connection.release(this.lingersZero);
  }
}

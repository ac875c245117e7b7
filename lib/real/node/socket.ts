/**
 * What all sockets share: the calls that only sockets answer, and options that are kept as numbers.
 *
 * `read` is `recv` without flags and `write` is `send` without flags: a socket is a file that can do a little more. Node
 * hides most options (there is no getsockopt in its API); what is hidden fails with ENOPROTOOPT and a note.
 *
 * Source: socket(2), socket(7).
 */
import {
  EINVAL,
  ENOPROTOOPT,
  EOPNOTSUPP,
  type Errno,
  INADDR_ANY,
  MSG_DONTWAIT,
  MSG_PEEK,
  O_RDWR,
  S_IFSOCK,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_PROTOCOL,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_TYPE,
  SOL_SOCKET,
  SOL_TCP,
  type SocketAddress,
  type SocketOptionValue,
  type Stat,
  TCP_NODELAY,
} from "../../sys";
import type { Endpoint } from "./endpoint";
import { isInet, noAddress } from "./endpoint";
import { nodeLimits } from "./limits";
import type { Machine } from "./machine";
import { blocking, OpenFile } from "./open-file";
import type { Thread } from "./thread";

/** What a receive brings. `length` is the datagram's own, which may be more than fitted. */
export interface Received {
  data: Uint8Array;
  address: SocketAddress | null;
  length: number;
}

/** Options that can be set and asked for. Where Node can set the real one, a subclass does so in `apply`. */
const settable = new Map([
  [SOL_SOCKET, new Set([SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE, SO_BROADCAST, SO_LINGER])],
  [SOL_TCP, new Set([TCP_NODELAY])],
]);

export abstract class Socket extends OpenFile {
  readonly name: string;
  protected local: Endpoint | null = null;
  /** Did the program bind to 0.0.0.0? Really it is 127.0.0.1 then. */
  protected boundToAny = false;
  protected readonly options = new Map<string, SocketOptionValue>();

  constructor(
    machine: Machine,
    readonly family: number,
    readonly type: number,
    readonly protocol: number,
    flags: number,
    outside: boolean,
  ) {
    super(machine, O_RDWR | flags, outside);
    this.name = `socket ${machine.nextNumber("socket")}`;
  }

  /** One receive without waiting: EAGAIN when there is nothing yet. */
  abstract tryReceive(size: number, peek: boolean): Received;
  abstract send(
    thread: Thread,
    data: Uint8Array,
    nonblocking: boolean,
    to: SocketAddress | null,
  ): Promise<number> | number;
  abstract bind(thread: Thread, address: SocketAddress): Promise<void> | void;
  abstract connect(thread: Thread, address: SocketAddress): Promise<void> | void;
  abstract shutdown(how: number): void;
  abstract peerName(): SocketAddress;

  listen(_thread: Thread, _backlog: number): Promise<void> | void {
    throw EOPNOTSUPP;
  }

  /** A new socket for the next connection, with `flags` (O_NONBLOCK or 0); EAGAIN when there is none yet. */
  tryAccept(_flags: number): Socket {
    throw EOPNOTSUPP;
  }

  async receive(thread: Thread, size: number, flags: number): Promise<Received> {
    const nonblocking = this.nonblocking || (flags & MSG_DONTWAIT) !== 0;
    return blocking(thread, this, "data", () => this.tryReceive(size, (flags & MSG_PEEK) !== 0), nonblocking);
  }

  tryRead(size: number): Uint8Array {
    return this.tryReceive(size, false).data;
  }

  /** Sockets send by `send`, which may have to wait for Node to say that the bytes are gone. */
  tryWrite(): number {
    throw EINVAL;
  }

  override async write(thread: Thread, data: Uint8Array): Promise<number> {
    return this.send(thread, data, this.nonblocking, null);
  }

  sockName(): SocketAddress {
    const { local } = this;
    if (!local) return noAddress(this.family);
    return this.boundToAny && isInet(local) && !this.hasPeer() ? { ...local, address: INADDR_ANY } : local;
  }

  private hasPeer(): boolean {
    try {
      this.peerName();
      return true;
    } catch {
      return false;
    }
  }

  /** SO_ERROR: the error of something that happened since the last call, taken by asking. */
  protected takeError(): Errno | null {
    return null;
  }

  protected get listening(): boolean {
    return false;
  }

  getOption(level: number, option: number): SocketOptionValue {
    if (level === SOL_SOCKET) {
      if (option === SO_TYPE) return this.type;
      if (option === SO_DOMAIN) return this.family;
      if (option === SO_PROTOCOL) return this.protocol;
      if (option === SO_ACCEPTCONN) return this.listening ? 1 : 0;
      if (option === SO_ERROR) return this.takeError()?.number ?? 0;
      if (option === SO_LINGER) return this.options.get(`${level} ${option}`) ?? { l_onoff: 0, l_linger: 0 };
    }
    if (!settable.get(level)?.has(option)) throw this.hidden("getsockopt");
    return this.options.get(`${level} ${option}`) ?? 0;
  }

  setOption(level: number, option: number, value: SocketOptionValue): void {
    if (!settable.get(level)?.has(option)) throw this.hidden("setsockopt");
    this.options.set(`${level} ${option}`, typeof value === "number" ? Number(value !== 0) : value);
    this.applyOptions();
  }

  /** Hands the options that Node has a method for to the Node object, once there is one. */
  protected applyOptions(): void {}

  protected isSet(level: number, option: number): boolean {
    return this.options.get(`${level} ${option}`) === 1;
  }

  private hidden(call: string): Errno {
    this.machine.note(nodeLimits.options.note.replace("getsockopt and setsockopt", call));
    return ENOPROTOOPT;
  }

  stat(): Stat {
    return { ino: 0, mode: S_IFSOCK | 0o777, nlink: 1, size: 0 };
  }
}

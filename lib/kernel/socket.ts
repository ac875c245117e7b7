/**
 * What the kernel asks of a socket. The network (lib/net) answers.
 *
 * The kernel's core knows nothing of protocols: for it a socket is one more thing behind a descriptor, with a few verbs more
 * than a pipe has. Each address family registers a maker of sockets; from then on socket(2) can make them.
 *
 * Who answers: net/tcp/socket/tcp-socket.ts, net/udp/udp-socket.ts, and stream.ts, datagram.ts, seqpacket.ts in net/unix/. What all of them
 * have in common is in net/socket/sock.ts.
 *
 * Source: struct proto_ops and struct net_proto_family in include/linux/net.h.
 */
import type { SocketAddress, SocketOptionValue } from "../sys/socket";
import type { Stat } from "../sys/stat";
import type { Pollable } from "./pollable";
import type { MaySleep, Sleeping } from "./sleep";
import type { Task } from "./task";

/** What a receive brings: the bytes, who sent them, and MSG_* flags such as MSG_TRUNC. */
export interface Received {
  readonly data: Uint8Array;
  readonly address: SocketAddress | null;
  readonly flags: number;
  /** The length to report where it isn't that of `data` (MSG_TRUNC on a datagram). */
  readonly length?: number;
}

export interface Socket extends Pollable {
  readonly kind: "socket";
  /** For traces, for example "socket 3". */
  readonly name: string;
  readonly family: number;
  /** SOCK_STREAM, SOCK_DGRAM, …, without the flags. */
  readonly type: number;
  readonly protocol: number;

  /** `flags` holds MSG_DONTWAIT when the descriptor is nonblocking. At most `size` bytes, in `into` if given. */
  receive(task: Task, size: number, into: Uint8Array | null, flags: number): MaySleep<Received>;
  send(task: Task, data: Uint8Array, flags: number, to: SocketAddress | null): MaySleep<number>;
  bind(task: Task, address: SocketAddress): void;
  listen(backlog: number): void;
  accept(task: Task, nonblocking: boolean): MaySleep<Socket>;
  connect(task: Task, address: SocketAddress, nonblocking: boolean): MaySleep<void>;
  shutdown(how: number): void;
  localAddress(): SocketAddress;
  /** Throws ENOTCONN when there is no peer. */
  peerAddress(): SocketAddress;
  /** With `size`, as bytes, so many at the most. */
  getOption(level: number, option: number, size?: number): SocketOptionValue;
  setOption(level: number, option: number, value: SocketOptionValue): void;
  /** FIONREAD, SIOCOUTQ and their relatives. */
  ioctl(request: number): number;
  stat(): Stat;
  /** Where close(2) sleeps when SO_LINGER asks for it; null when it needn't. Called with the last descriptor. */
  linger(task: Task): Sleeping<void> | null;
  /** The last descriptor is gone: what protocol work is left goes on without one. */
  release(): void;
}

/** Makes the sockets of one address family. Throws EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPROTOTYPE. */
export interface SocketFamily {
  create(type: number, protocol: number): Socket;
  /** Two that are connected to each other. Throws EOPNOTSUPP where a family has no such thing. */
  createPair(type: number, protocol: number): [Socket, Socket];
}

/**
 * What the programs about AF_INET have in common: sockets in the states that they are about, and the questions that they ask them.
 *
 * On the loopback a segment has arrived before the call that sent it returns; only a busy machine makes it wait for a moment. So
 * programs wait for what must come (`until`) or let a moment pass, and never for how long something takes.
 */
import {
  AF_INET,
  type InetAddress,
  milliseconds,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
  type Program,
  SO_LINGER,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  TCP_INFO,
} from "fd3";
import { attempt } from "../program";

export const LOOPBACK = "127.0.0.1";
/** Every readiness bit that can be asked for. */
export const EVERY_EVENT = POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND | POLLRDHUP;

/** Any free port of an address. */
export const anyPort = (address = LOOPBACK): InetAddress => ({ address, port: 0 });

export function* tcpSocket(sys: Sys, flags = 0): Program<number> {
  return yield* sys.socket(AF_INET, SOCK_STREAM | flags);
}

export function* udpSocket(sys: Sys, flags = 0): Program<number> {
  return yield* sys.socket(AF_INET, SOCK_DGRAM | flags);
}

export function* nameOf(sys: Sys, fd: number): Program<InetAddress> {
  return (yield* sys.getsockname(fd)) as InetAddress;
}

/** A listener at a free port. */
export function* listening(sys: Sys, backlog = 5): Program<{ listener: number; name: InetAddress }> {
  const listener = yield* tcpSocket(sys);
  yield* sys.bind(listener, anyPort());
  yield* sys.listen(listener, backlog);
  return { listener, name: yield* nameOf(sys, listener) };
}

/** A port at which nobody listens. */
export function* nobody(sys: Sys): Program<InetAddress> {
  const { listener, name } = yield* listening(sys);
  yield* sys.close(listener);
  return name;
}

/** A UDP port that nobody has. */
export function* nobodyUdp(sys: Sys): Program<InetAddress> {
  const { fd, name } = yield* boundUdp(sys);
  yield* sys.close(fd);
  return name;
}

/** Two ends of one connection: the client's and the server's. The listener is gone. */
export function* connected(sys: Sys): Program<[client: number, server: number]> {
  const { listener, name } = yield* listening(sys);
  const client = yield* tcpSocket(sys);
  yield* sys.connect(client, name);
  const server = yield* sys.accept(listener);
  yield* sys.close(listener);
  return [client, server];
}

export function* boundUdp(sys: Sys, flags = 0): Program<{ fd: number; name: InetAddress }> {
  const fd = yield* udpSocket(sys, flags);
  yield* sys.bind(fd, anyPort());
  return { fd, name: yield* nameOf(sys, fd) };
}

/** Two UDP sockets, each connected to the other. */
export function* udpPair(sys: Sys): Program<[number, number]> {
  const a = yield* boundUdp(sys);
  const b = yield* boundUdp(sys);
  yield* sys.connect(a.fd, b.name);
  yield* sys.connect(b.fd, a.name);
  return [a.fd, b.fd];
}

/** All that poll says of a descriptor at this moment. */
export function* ready(sys: Sys, ...fds: number[]): Program<void> {
  for (const fd of fds) yield* sys.poll([{ fd, events: EVERY_EVENT }], 0);
}

/** Sleeps until one of these events has come. */
export function* until(sys: Sys, fd: number, events: number): Program<void> {
  yield* sys.poll([{ fd, events }], 4000);
}

/** The state of a TCP socket, as TCP_INFO tells it. */
export function* states(sys: Sys, ...fds: number[]): Program<void> {
  for (const fd of fds) yield* sys.getsockopt(fd, SOL_TCP, TCP_INFO);
}

/** Time enough for what is under way on the loopback to arrive. */
export function* moment(sys: Sys): Program<void> {
  yield* sys.nanosleep(milliseconds(10));
}

/** Time enough for all other threads to fall asleep. */
export function* othersAsleep(sys: Sys): Program<void> {
  yield* sys.nanosleep(milliseconds(50));
}

/** Abandons a connection by a RST; socket(7), SO_LINGER. */
export function* reset(sys: Sys, fd: number): Program<void> {
  yield* sys.setsockopt(fd, SOL_SOCKET, SO_LINGER, { l_onoff: 1, l_linger: 0 });
  yield* sys.close(fd);
}

/** Starts a thread that makes a call, and lets it fall asleep in it. */
export function* asleepIn(sys: Sys, call: (t: Sys) => Program<unknown>): Program<number> {
  const tid = yield* sys.pthread_create(function* sleeper(t) {
    yield* attempt(call(t));
  });
  yield* othersAsleep(sys);
  return tid;
}

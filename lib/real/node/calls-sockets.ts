/** The calls on sockets: each finds the socket behind the number, or fails with ENOTSOCK, and asks it. */
import {
  AF_INET,
  AF_UNIX,
  concat,
  EAFNOSUPPORT,
  EINVAL,
  ENOSYS,
  ENOTSOCK,
  EOPNOTSUPP,
  EPROTONOSUPPORT,
  ESOCKTNOSUPPORT,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_OOB,
  MSG_TRUNC,
  MSG_WAITALL,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type SocketAddress,
} from "../../sys";
import { deliver, installBoth, scatter, sizeOf, totalOf } from "./calls-files";
import { nodeLimits } from "./limits";
import { blocking } from "./open-file";
import { Socket } from "./socket";
import { PairSocket } from "./socket-pair";
import type { Calls } from "./system-calls";
import { TcpSocket } from "./tcp-socket";
import type { Thread } from "./thread";
import { UdpSocket } from "./udp-socket";

function socketOf(thread: Thread, fd: number): Socket {
  const file = thread.process.table.file(fd);
  if (!(file instanceof Socket)) throw ENOTSOCK;
  return file;
}

/** Types are numbered below this one; include/linux/net.h. */
const SOCK_MAX = 11;

/** The type without the two flags that ride on it. O_NONBLOCK and SOCK_NONBLOCK are one number. */
function split(type: number): { kind: number; flags: number; closeOnExec: boolean } {
  return {
    kind: type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC),
    flags: type & SOCK_NONBLOCK,
    closeOnExec: (type & SOCK_CLOEXEC) !== 0,
  };
}

function makeSocket(thread: Thread, domain: number, kind: number, protocol: number, flags: number): Socket {
  const { machine } = thread;
  if (kind < 0 || kind >= SOCK_MAX) throw EINVAL;
  if (domain === AF_INET && kind === SOCK_STREAM) {
    if (protocol !== 0 && protocol !== IPPROTO_TCP) throw EPROTONOSUPPORT;
    return new TcpSocket(machine, AF_INET, kind, IPPROTO_TCP, flags);
  }
  if (domain === AF_INET && kind === SOCK_DGRAM) {
    if (protocol !== 0 && protocol !== IPPROTO_UDP) throw EPROTONOSUPPORT;
    return new UdpSocket(machine, AF_INET, kind, IPPROTO_UDP, flags);
  }
  if (domain === AF_UNIX && kind === SOCK_STREAM) return new TcpSocket(machine, AF_UNIX, kind, 0, flags);
  if (domain === AF_UNIX && (kind === SOCK_DGRAM || kind === SOCK_SEQPACKET)) {
    machine.note(nodeLimits.unixDatagrams.note);
    throw ENOSYS;
  }
  throw domain === AF_INET || domain === AF_UNIX ? ESOCKTNOSUPPORT : EAFNOSUPPORT;
}

/** With MSG_WAITALL a stream receive goes on until the buffer is full or the stream ends. */
async function receiveAll(thread: Thread, socket: Socket, size: number, flags: number) {
  const first = await socket.receive(thread, size, flags);
  if (!(flags & MSG_WAITALL) || socket.type !== SOCK_STREAM) return first;
  const parts = [first.data];
  let missing = size - first.data.length;
  while (missing > 0 && parts[parts.length - 1].length > 0) {
    const { data } = await socket.receive(thread, missing, flags);
    parts.push(data);
    missing -= data.length;
  }
  return { ...first, data: concat(parts) };
}

async function accept4(thread: Thread, fd: number, flags: number): Promise<number> {
  thread.process.table.file(fd);
  if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) throw EINVAL;
  const socket = socketOf(thread, fd);
  const accepted = await blocking(thread, socket, "connection", () => socket.tryAccept(flags & SOCK_NONBLOCK));
  return thread.process.table.install(accepted, (flags & SOCK_CLOEXEC) !== 0);
}

/** What this kernel itself can do of the flags of send(2). */
const KNOWN_FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL;

async function sendto(
  thread: Thread,
  fd: number,
  data: Uint8Array,
  flags: number,
  address: SocketAddress | null,
): Promise<number> {
  const socket = socketOf(thread, fd);
  if (flags & MSG_OOB && socket.type !== SOCK_STREAM) throw EOPNOTSUPP;
  if (flags & ~KNOWN_FLAGS) thread.machine.note(nodeLimits.flags.note);
  return socket.send(thread, data, socket.nonblocking || (flags & MSG_DONTWAIT) !== 0, address);
}

export const socketCalls = {
  socket(thread, domain, type, protocol = 0) {
    const { kind, flags, closeOnExec } = split(type);
    return thread.process.table.install(makeSocket(thread, domain, kind, protocol, flags), closeOnExec);
  },
  socketpair(thread, domain, type, protocol = 0) {
    const { kind, flags, closeOnExec } = split(type);
    if (domain !== AF_UNIX) throw domain === AF_INET ? EOPNOTSUPP : EAFNOSUPPORT;
    if (protocol !== 0 && protocol !== AF_UNIX) throw EPROTONOSUPPORT;
    if (kind !== SOCK_STREAM && kind !== SOCK_DGRAM && kind !== SOCK_SEQPACKET) throw ESOCKTNOSUPPORT;
    const [one, other] = PairSocket.pair(thread.machine, kind, flags);
    return installBoth(thread, one, other, closeOnExec);
  },
  bind: (thread, fd, address) => socketOf(thread, fd).bind(thread, address),
  listen: (thread, fd, backlog) => socketOf(thread, fd).listen(thread, backlog),
  accept: (thread, fd) => accept4(thread, fd, 0),
  accept4,
  connect: (thread, fd, address) => socketOf(thread, fd).connect(thread, address),
  shutdown: (thread, fd, how) => socketOf(thread, fd).shutdown(how),
  getsockname: (thread, fd) => socketOf(thread, fd).sockName(),
  getpeername: (thread, fd) => socketOf(thread, fd).peerName(),
  getsockopt: (thread, fd, level, option) => socketOf(thread, fd).getOption(level, option),
  setsockopt: (thread, fd, level, option, value) => socketOf(thread, fd).setOption(level, option, value),
  send: (thread, fd, data, flags) => sendto(thread, fd, data, flags, null),
  sendto,
  sendmsg: (thread, fd, { iov, name = null }, flags) => sendto(thread, fd, concat(iov), flags, name),
  async recv(thread, fd, buffer, flags) {
    const { data } = await receiveAll(thread, socketOf(thread, fd), sizeOf(buffer), flags);
    return deliver(data, buffer);
  },
  async recvfrom(thread, fd, buffer, flags) {
    const { data, address } = await receiveAll(thread, socketOf(thread, fd), sizeOf(buffer), flags);
    return { data: deliver(data, buffer), address };
  },
  async recvmsg(thread, fd, iov, flags) {
    const { data, address, length } = await receiveAll(thread, socketOf(thread, fd), totalOf(iov), flags);
    return { iov: scatter(data, iov), name: address, flags: length > data.length ? MSG_TRUNC : 0 };
  },
} satisfies Partial<Calls>;

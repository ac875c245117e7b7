/**
 * The socket calls: each finds the socket behind the descriptor and hands over to the network (socket.ts says what that must offer).
 *
 * Source: socket(2), accept(2), send(2), recv(2) and their relatives; net/socket.c.
 */
import { concat } from "../sys/bytes";
import type { BufferOrSize } from "../sys/calls";
import { EAFNOSUPPORT, EINVAL, EMSGSIZE, ENOTSOCK } from "../sys/errno";
import { O_NONBLOCK, O_RDWR } from "../sys/fcntl";
import {
  type MessageToSend,
  MSG_CMSG_CLOEXEC,
  MSG_DONTWAIT,
  type ReceivedFrom,
  type ReceivedMessage,
  SHUT_RDWR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  type SocketAddress,
  type SocketOptionValue,
} from "../sys/socket";
import { installOrRelease } from "./calls-files";
import type { OpenFile } from "./open-file";
import { isSleeping, type MaySleep, resultOf, type Sleeping } from "./sleep";
import type { Received, Socket, SocketFamily } from "./socket";
import type { Task } from "./task";
import { IOV_MAX, scatter, sizeOf, targetOf, totalSizeOf } from "./user-memory";

/** The kernel's own mark for calls of 32-bit programs; sendmsg and recvmsg refuse it. */
const MSG_CMSG_COMPAT = 0x8000_0000;

/** NPROTO and SOCK_MAX: numbers of families and types stay below. */
const FAMILIES = 46;
const TYPES = 11;

/** The socket behind a descriptor. Throws EBADF, ENOTSOCK. */
function socketAt(task: Task, fd: number): Socket {
  return socketOf(task.process.fds.get(fd));
}

function socketOf(file: OpenFile): Socket {
  if (file.object.kind !== "socket") throw ENOTSOCK;
  return file.object;
}

/** Throws EAFNOSUPPORT, and EINVAL for a type that no family could have (__sock_create in net/socket.c). */
function familyOf(task: Task, domain: number, type: number): SocketFamily {
  if (domain >= 0 && domain < FAMILIES && type >= TYPES) throw EINVAL;
  const family = task.kernel.socketFamilies.get(domain);
  if (family === undefined) throw EAFNOSUPPORT;
  return family;
}

/** Splits socket(2)'s type into the type and its flags. Throws EINVAL for a flag that doesn't exist. */
function splitType(type: number): { plain: number; status: number; closeOnExec: boolean } {
  const flags = type & ~0xf;
  if ((flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) !== 0) throw EINVAL;
  return {
    plain: type & 0xf,
    status: (flags & SOCK_NONBLOCK) !== 0 ? O_NONBLOCK : 0,
    closeOnExec: (flags & SOCK_CLOEXEC) !== 0,
  };
}

/** Descriptors for several new sockets: all of them, or none and EMFILE. */
function installAll(task: Task, sockets: readonly Socket[], status: number, closeOnExec: boolean): number[] {
  const { kernel, process } = task;
  const files = sockets.map((socket) => kernel.openFile(socket, O_RDWR | status));
  for (const file of files) file.hold();
  const installed: number[] = [];
  try {
    for (const file of files) installed.push(process.fds.install(file, process.fdLimit, closeOnExec));
    return installed;
  } catch (error) {
    for (const fd of installed) process.fds.remove(fd);
    throw error;
  } finally {
    for (const file of files) file.release();
  }
}

export function socket(task: Task, domain: number, type: number, protocol = 0): number {
  const { plain, status, closeOnExec } = splitType(type);
  const made = familyOf(task, domain, plain).create(plain, protocol);
  return installOrRelease(task, task.kernel.openFile(made, O_RDWR | status), closeOnExec, task.process.fdLimit);
}

export function socketpair(task: Task, domain: number, type: number, protocol = 0): [number, number] {
  const { plain, status, closeOnExec } = splitType(type);
  const pair = familyOf(task, domain, plain).createPair(plain, protocol);
  const [first, second] = installAll(task, pair, status, closeOnExec);
  return [first, second];
}

export function bind(task: Task, fd: number, address: SocketAddress): void {
  socketAt(task, fd).bind(task, address);
}

export function listen(task: Task, fd: number, backlog: number): void {
  socketAt(task, fd).listen(backlog);
}

export function accept(task: Task, fd: number): MaySleep<number> {
  return accept4(task, fd, 0);
}

export function accept4(task: Task, fd: number, flags: number): MaySleep<number> {
  const file = task.use(fd);
  if ((flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) !== 0) throw EINVAL;
  const { fds, fdLimit } = task.process;
  // The number is taken before the thread sleeps: __sys_accept4_file in net/socket.c.
  const number = fds.reserve(fdLimit);
  try {
    const accepted = socketOf(file).accept(task, file.nonblocking);
    return isSleeping(accepted) ? fillLater(task, number, accepted, flags) : fill(task, number, accepted, flags);
  } catch (error) {
    fds.unreserve(number);
    throw error;
  }
}

/** Leads the number to the accepted socket. */
function fill(task: Task, number: number, accepted: Socket, flags: number): number {
  const status = (flags & SOCK_NONBLOCK) !== 0 ? O_NONBLOCK : 0;
  task.process.fds.fill(number, task.kernel.openFile(accepted, O_RDWR | status), (flags & SOCK_CLOEXEC) !== 0);
  return number;
}

/** The same, once there is one. */
function* fillLater(task: Task, number: number, accepting: Sleeping<Socket>, flags: number): Sleeping<number> {
  let accepted: Socket | null = null;
  try {
    accepted = yield* accepting;
  } finally {
    if (accepted === null) task.process.fds.unreserve(number);
  }
  return fill(task, number, accepted, flags);
}

export function connect(task: Task, fd: number, address: SocketAddress): MaySleep<void> {
  const file = task.use(fd);
  return socketOf(file).connect(task, address, file.nonblocking);
}

export function shutdown(task: Task, fd: number, how: number): void {
  const target = socketAt(task, fd);
  if (!Number.isInteger(how) || how < 0 || how > SHUT_RDWR) throw EINVAL;
  target.shutdown(how);
}

export function getsockname(task: Task, fd: number): SocketAddress {
  return socketAt(task, fd).localAddress();
}

export function getpeername(task: Task, fd: number): SocketAddress {
  return socketAt(task, fd).peerAddress();
}

export function getsockopt(task: Task, fd: number, level: number, option: number, size?: number): SocketOptionValue {
  return socketAt(task, fd).getOption(level, option, size);
}

export function setsockopt(task: Task, fd: number, level: number, option: number, value: SocketOptionValue): void {
  socketAt(task, fd).setOption(level, option, value);
}

export function send(task: Task, fd: number, data: Uint8Array, flags: number): MaySleep<number> {
  return sendto(task, fd, data, flags, null);
}

export function sendto(
  task: Task,
  fd: number,
  data: Uint8Array,
  flags: number,
  address: SocketAddress | null,
): MaySleep<number> {
  const file = task.use(fd);
  return socketOf(file).send(task, data, effective(file, flags), address);
}

export function sendmsg(task: Task, fd: number, message: MessageToSend, flags: number): MaySleep<number> {
  if ((flags & MSG_CMSG_COMPAT) !== 0) throw EINVAL;
  socketAt(task, fd);
  if (message.iov.length > IOV_MAX) throw EMSGSIZE;
  return sendto(task, fd, concat(message.iov), flags, message.name ?? null);
}

export function* recv(task: Task, fd: number, buffer: BufferOrSize, flags: number): Sleeping<Uint8Array> {
  return (yield* resultOf(receive(task, fd, sizeOf(buffer), targetOf(buffer), flags))).data;
}

export function* recvfrom(task: Task, fd: number, buffer: BufferOrSize, flags: number): Sleeping<ReceivedFrom> {
  const { data, address } = yield* resultOf(receive(task, fd, sizeOf(buffer), targetOf(buffer), flags));
  return { data, address };
}

export function* recvmsg(
  task: Task,
  fd: number,
  iov: readonly BufferOrSize[],
  flags: number,
): Sleeping<ReceivedMessage> {
  if ((flags & MSG_CMSG_COMPAT) !== 0) throw EINVAL;
  socketAt(task, fd);
  if (iov.length > IOV_MAX) throw EMSGSIZE;
  const total = totalSizeOf(iov);
  const received = yield* resultOf(receive(task, fd, total, null, flags));
  return {
    iov: scatter(received.data, iov),
    name: received.address,
    flags: received.flags | (flags & MSG_CMSG_CLOEXEC),
  };
}

function receive(task: Task, fd: number, size: number, into: Uint8Array | null, flags: number): MaySleep<Received> {
  const file = task.use(fd);
  return socketOf(file).receive(task, size, into, effective(file, flags));
}

/** A nonblocking descriptor is MSG_DONTWAIT at every call. */
function effective(file: OpenFile, flags: number): number {
  return file.nonblocking ? flags | MSG_DONTWAIT : flags;
}

/** The socket calls: which addresses are allowed, and buffers filled in place. */
import type { SystemCallName } from "../../../sys/calls";
import {
  AF_INET,
  INADDR_ANY,
  INADDR_LOOPBACK,
  type InetAddress,
  type ReceivedFrom,
  type ReceivedMessage,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  type SocketAddress,
} from "../../../sys/socket";
import type { Request } from "../../../sys/sys";
import { addressFromReal, checkFamily, localToReal, remoteToReal } from "./addresses";
import { bufferSize, fillBuffer, fillBuffers } from "./buffers";
import type { Thread } from "./thread";
import type { Translators } from "./translate";

export const socketTranslators: Translators = {
  socket(thread, domain, type, protocol) {
    checkFamily(thread.run, domain);
    if (domain === AF_INET) thread.run.usesNetwork = true;
    return { args: [domain, type, protocol] };
  },
  bind: (thread, fd, address) => ({ args: [fd, localToReal(thread.run, address)] }),
  connect: (thread, fd, address) => ({ args: [fd, remoteToReal(thread.run, address)] }),
  send: (_thread, fd, data, flags) => ({ args: [fd, data, flags] }),
  sendto: (thread, fd, data, flags, address) => ({
    args: [fd, data, flags, address === null ? null : remoteToReal(thread.run, address)],
  }),
  sendmsg: (thread, fd, message, flags) => ({
    args: [
      fd,
      {
        iov: message.iov,
        name: message.name ? remoteToReal(thread.run, message.name) : null,
      },
      flags,
    ],
  }),
  recv: (_thread, fd, buffer, flags) => ({
    args: [fd, bufferSize(buffer), flags],
    finish: (value) => fillBuffer(buffer, value as Uint8Array),
  }),
  recvfrom: (thread, fd, buffer, flags) => ({
    args: [fd, bufferSize(buffer), flags],
    finish(value) {
      const { data, address } = value as ReceivedFrom;
      return { data: fillBuffer(buffer, data), address: addressFromReal(thread.run, address) };
    },
  }),
  recvmsg: (thread, fd, iov, flags) => ({
    args: [fd, iov.map(bufferSize), flags],
    finish(value) {
      const received = value as ReceivedMessage;
      return {
        iov: fillBuffers(iov, received.iov),
        name: addressFromReal(thread.run, received.name),
        flags: received.flags,
      };
    },
  }),
  getsockname: (thread, fd) => ({
    args: [fd],
    finish(value) {
      const address = addressFromReal(thread.run, value as SocketAddress | null);
      return standsForAny.has(thread) ? { ...address, address: INADDR_ANY } : address;
    },
  }),
  getpeername: (thread, fd) => ({
    args: [fd],
    finish: (value) => addressFromReal(thread.run, value as SocketAddress | null),
  }),
  setsockopt(thread, fd, level, option, value) {
    if (option === SO_RCVTIMEO || option === SO_SNDTIMEO) thread.run.usesTimeouts = true;
    return { args: [fd, level, option, value] };
  },
};

/** Threads whose getsockname asks about a socket that was to be bound to 0.0.0.0. */
const standsForAny = new WeakSet<Thread>();

/** What has to be done or asked before the call itself. */
export async function prepareSocketCall(thread: Thread, name: SystemCallName, args: readonly unknown[]): Promise<void> {
  const fd = args[0];
  if (name === "bind") await noteBind(thread, fd, args[1] as SocketAddress);
  else if (name === "listen") await bindToLoopback(thread, fd);
  else if (name === "getsockname") await askWhetherAny(thread, fd);
}

/** What a descriptor leads to, whatever number it has in which process; undefined when there is no such descriptor. */
async function inodeOf(thread: Thread, fd: unknown): Promise<number | undefined> {
  const { value } = await thread.agentThread.connection.ask("fstat", [fd]);
  return (value as { ino: number } | undefined)?.ino;
}

/** The name of a socket of AF_INET that isn't bound yet: it is what bind or listen is going to give it. */
async function isUnbound(thread: Thread, fd: unknown): Promise<boolean> {
  const { value } = await thread.agentThread.connection.ask("getsockname", [fd]);
  const address = value as InetAddress | null | undefined;
  return address?.family === AF_INET && address.port === 0;
}

async function noteBind(thread: Thread, fd: unknown, address: SocketAddress): Promise<void> {
  const { boundToAny } = thread.run;
  const any = "address" in address && address.address === INADDR_ANY;
  if ((!any && boundToAny.size === 0) || !(await isUnbound(thread, fd))) return;
  const inode = await inodeOf(thread, fd);
  if (inode === undefined) return;
  if (any) boundToAny.add(inode);
  else boundToAny.delete(inode);
}

/** listen without bind would take a port on every address of this machine: bind to the loopback first. */
async function bindToLoopback(thread: Thread, fd: unknown): Promise<void> {
  const { connection } = thread.agentThread;
  const { value: type } = await connection.ask("getsockopt", [fd, SOL_SOCKET, SO_TYPE]);
  if (type !== SOCK_STREAM || !(await isUnbound(thread, fd))) return;
  thread.run.note("listen without bind was made on 127.0.0.1 and a free port, so that nobody outside can connect.");
  await connection.ask("bind", [fd, { family: AF_INET, address: INADDR_LOOPBACK, port: 0 }]);
  const inode = await inodeOf(thread, fd);
  if (inode !== undefined) thread.run.boundToAny.add(inode);
}

/** As long as there is no peer, whose connection tells which of this machine's addresses it is. */
async function askWhetherAny(thread: Thread, fd: unknown): Promise<void> {
  standsForAny.delete(thread);
  const { boundToAny } = thread.run;
  if (boundToAny.size === 0 || !boundToAny.has((await inodeOf(thread, fd)) ?? -1)) return;
  const peer = await thread.agentThread.connection.ask("getpeername", [fd]);
  if (peer.errno !== undefined) standsForAny.add(thread);
}

/** socket(7): packets come in and go out by this interface only. Since Linux 5.7 no privilege is needed for it. */
const SO_BINDTODEVICE = 25;

/** A datagram socket that sends without bind is given 0.0.0.0 and a port: nobody outside may send to it. */
export async function afterSocketCall(thread: Thread, { name, args }: Request, result: unknown): Promise<unknown> {
  if (name === "socket" && args[0] === AF_INET && (Number(args[1]) & 0xf) === SOCK_DGRAM)
    await thread.agentThread.connection.ask("setsockopt", [result, SOL_SOCKET, SO_BINDTODEVICE, "lo"]);
  return result;
}

/** The socket calls: which addresses are allowed, and buffers filled in place. */
import type { SystemCallName } from "../../../sys/calls";
import {
  AF_INET,
  INADDR_LOOPBACK,
  type InetAddress,
  type ReceivedFrom,
  type ReceivedMessage,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
  type SocketAddress,
} from "../../../sys/socket";
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
    finish: (value) => addressFromReal(thread.run, value as SocketAddress | null),
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

/** listen without bind would take a port on every address of this machine: bind to the loopback first. */
export async function prepareSocketCall(thread: Thread, name: SystemCallName, args: readonly unknown[]): Promise<void> {
  if (name !== "listen") return;
  const { connection } = thread.agentThread;
  const { value: type } = await connection.ask("getsockopt", [args[0], SOL_SOCKET, SO_TYPE]);
  if (type !== SOCK_STREAM) return;
  const { value } = await connection.ask("getsockname", [args[0]]);
  const address = value as InetAddress | null | undefined;
  if (address?.family !== AF_INET || address.port !== 0) return;
  thread.run.note("listen without bind was made on 127.0.0.1 and a free port, so that nobody outside can connect.");
  await connection.ask("bind", [args[0], { family: AF_INET, address: INADDR_LOOPBACK, port: 0 }]);
}

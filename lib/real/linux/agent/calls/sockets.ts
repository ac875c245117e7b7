/** The socket calls. `sendto` and `recvfrom` stand for send and recv as well: those are the same calls without an address. */
import type { MessageToSend, ReceivedFrom, SocketAddress } from "../../../../sys/socket";
import { ADDRESS_SIZE, decodeAddress, encodeAddress } from "../address";
import { check, libc, plain } from "../libc";
import { readMessageHeader, writeMessageHeader } from "../message";
import { decodeOption, encodeOption, optionSize } from "../socket-option";
import { encodeVector, fillVector } from "../vector";

const MSG_TRUNC = 0x20;

function withAddress(call: (address: Buffer, length: Buffer) => number): {
  result: number;
  address: SocketAddress | null;
} {
  const buffer = Buffer.alloc(ADDRESS_SIZE);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(ADDRESS_SIZE, 0);
  const result = check(call(buffer, length));
  return { result, address: decodeAddress(buffer, Math.min(length.readUInt32LE(0), ADDRESS_SIZE)) };
}

function receive(fd: number, size: number, flags: number): ReceivedFrom {
  // TCP takes MSG_TRUNC for "don't copy": then the buffer stays as it is.
  const data = (flags & MSG_TRUNC) !== 0 ? Buffer.alloc(size) : Buffer.allocUnsafeSlow(size);
  const { result, address } = withAddress((name, length) => libc.recvfrom(fd, data, size, flags, name, length));
  // With MSG_TRUNC the kernel says how long the datagram was, which may be more than it gave.
  return { data: plain(data, Math.min(result, size)), address };
}

function send(fd: number, data: Uint8Array, flags: number, address: SocketAddress | null = null): number {
  const name = address === null ? null : encodeAddress(address);
  return check(libc.sendto(fd, data, data.length, flags, name, name?.length ?? 0));
}

export const socketCalls = {
  socket: (domain: number, type: number, protocol = 0) => check(libc.socket(domain, type, protocol)),
  bind(fd: number, address: SocketAddress) {
    const name = encodeAddress(address);
    check(libc.bind(fd, name, name.length));
  },
  listen: (fd: number, backlog: number) => void check(libc.listen(fd, backlog)),
  accept: (fd: number) => check(libc.accept4(fd, null, null, 0)),
  accept4: (fd: number, flags: number) => check(libc.accept4(fd, null, null, flags)),
  connect(fd: number, address: SocketAddress) {
    const name = encodeAddress(address);
    check(libc.connect(fd, name, name.length));
  },
  shutdown: (fd: number, how: number) => void check(libc.shutdown(fd, how)),
  getsockname: (fd: number) => withAddress((name, length) => libc.getsockname(fd, name, length)).address,
  getpeername: (fd: number) => withAddress((name, length) => libc.getpeername(fd, name, length)).address,
  getsockopt(fd: number, level: number, option: number, size?: number) {
    const value = Buffer.alloc(size === undefined ? optionSize(level, option) : Math.max(size, 0));
    const length = Buffer.alloc(4);
    length.writeInt32LE(size ?? value.length, 0);
    check(libc.getsockopt(fd, level, option, value, length));
    if (size !== undefined) return plain(value, length.readUInt32LE(0));
    return decodeOption(level, option, value.subarray(0, length.readUInt32LE(0)));
  },
  setsockopt(fd: number, level: number, option: number, value: unknown) {
    const encoded = encodeOption(value);
    check(libc.setsockopt(fd, level, option, encoded, encoded.length));
  },
  send,
  sendto: send,
  sendmsg(fd: number, message: MessageToSend, flags: number) {
    const name = message.name ? encodeAddress(message.name) : Buffer.alloc(0);
    const vector = encodeVector(message.iov);
    return check(libc.sendmsg(fd, writeMessageHeader({ name, vector }), flags));
  },
  recv: (fd: number, size: number, flags: number) => receive(fd, size, flags).data,
  recvfrom: receive,
  recvmsg(fd: number, sizes: number[], flags: number) {
    const parts = sizes.map((size) => Buffer.alloc(size));
    const name = Buffer.alloc(ADDRESS_SIZE);
    const vector = encodeVector(parts);
    const header = writeMessageHeader({ name, vector });
    const length = check(libc.recvmsg(fd, header, flags));
    const { nameLength, flags: flagsAfter } = readMessageHeader(header);
    return {
      iov: fillVector(parts, length),
      name: decodeAddress(name, Math.min(nameLength, ADDRESS_SIZE)),
      flags: flagsAfter,
    };
  },
};

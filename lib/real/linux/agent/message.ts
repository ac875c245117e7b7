/** `struct msghdr` and the ancillary data that carries descriptors; sendmsg(2), cmsg(3), unix(7). */
import { addressOf } from "./libc";

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const CMSG_HEADER = 16;

/** The parts of a message. Whoever makes one must keep these buffers until the call is over. */
export interface MessageParts {
  readonly name?: Buffer;
  readonly vector: Buffer;
  readonly control?: Buffer;
}

export function writeMessageHeader({ name, vector, control }: MessageParts): Buffer {
  const header = Buffer.alloc(56);
  if (name !== undefined) {
    header.writeBigUInt64LE(addressOf(name), 0);
    header.writeUInt32LE(name.length, 8);
  }
  header.writeBigUInt64LE(addressOf(vector), 16);
  header.writeBigUInt64LE(BigInt(vector.length / 16), 24);
  if (control !== undefined) {
    header.writeBigUInt64LE(addressOf(control), 32);
    header.writeBigUInt64LE(BigInt(control.length), 40);
  }
  return header;
}

/** What the kernel wrote into the header: how long the sender's address is, and flags such as MSG_TRUNC. */
export function readMessageHeader(header: Buffer): { nameLength: number; flags: number } {
  return { nameLength: header.readUInt32LE(8), flags: header.readInt32LE(48) };
}

/** Ancillary data that gives descriptors to whoever receives the message. */
export function encodeRights(fds: readonly number[]): Buffer {
  const control = rightsBuffer(fds.length);
  control.writeBigUInt64LE(BigInt(CMSG_HEADER + 4 * fds.length), 0);
  control.writeInt32LE(SOL_SOCKET, 8);
  control.writeInt32LE(SCM_RIGHTS, 12);
  fds.forEach((fd, index) => void control.writeInt32LE(fd, CMSG_HEADER + 4 * index));
  return control;
}

/** Room for so many descriptors. */
export function rightsBuffer(count: number): Buffer {
  return Buffer.alloc(CMSG_HEADER + Math.ceil(count / 2) * 8);
}

export function decodeRights(control: Buffer): number[] {
  const count = (Number(control.readBigUInt64LE(0)) - CMSG_HEADER) / 4;
  return Array.from({ length: Math.max(0, count) }, (_, index) => control.readInt32LE(CMSG_HEADER + 4 * index));
}

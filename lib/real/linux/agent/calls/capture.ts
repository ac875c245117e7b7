/**
 * Frames on the loopback interface, as tcpdump gets them: a packet socket that is bound to "lo".
 *
 * Each frame passes a loopback twice, on its way out and in. libpcap keeps the second, and so does this.
 *
 * Needs the capability CAP_NET_RAW. Source: packet(7), capabilities(7), socket(7) SO_TIMESTAMPNS.
 */
import { check, Failure, libc, plain } from "../libc";
import { readMessageHeader, writeMessageHeader } from "../message";
import { encodeVector } from "../vector";

const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ALL = 0x0003;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SO_TIMESTAMPNS = 35;
const SIOCGIFINDEX = 0x8933;
const MSG_DONTWAIT = 0x40;
const EAGAIN = 11;
const PACKET_OUTGOING = 4;
/** Bytes: what arrives between two looks must fit in. */
const BUFFER = 64 << 20;
/** Longer than any frame on a loopback. */
const LONGEST = 1 << 18;
/** A look ends after so many frames, so that its answer stays small. */
const AT_ONCE = 500;

export interface Frame {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** Ethernet header first. */
  readonly bytes: Uint8Array;
}

let socket = -1;
const buffer = Buffer.allocUnsafeSlow(LONGEST);

function indexOfLoopback(fd: number): number {
  // struct ifreq: 16 bytes of name, then a union that holds the index.
  const request = Buffer.alloc(40);
  request.write("lo", 0, "latin1");
  check(libc.ioctl(fd, SIOCGIFINDEX, request));
  return request.readInt32LE(16);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value, 0);
  return bytes;
}

/** One frame, or null for one on its way out. */
function receive(): Frame | null {
  const name = Buffer.alloc(20);
  const control = Buffer.alloc(64);
  const vector = encodeVector([buffer]);
  const header = writeMessageHeader({ name, vector, control });
  const length = check(libc.recvmsg(socket, header, MSG_DONTWAIT));
  // struct sockaddr_ll: the packet's type at byte 10.
  if (readMessageHeader(header).nameLength >= 11 && name[10] === PACKET_OUTGOING) return null;
  // struct cmsghdr takes 16 bytes, then comes a struct timespec.
  const time = control.readBigInt64LE(16) * 1_000_000_000n + control.readBigInt64LE(24);
  return { time, bytes: plain(Buffer.from(buffer.subarray(0, length)), length) };
}

/** Binds the socket to the loopback. With protocol 0 it gets nothing before that. */
function listenToLoopback(fd: number): void {
  libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, number(BUFFER), 4);
  check(libc.setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, number(1), 4));
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(ETH_P_ALL, 2);
  address.writeInt32LE(indexOfLoopback(fd), 4);
  check(libc.bind(fd, address, address.length));
}

export const captureCalls = {
  "agent.capture"(): void {
    const fd = check(libc.socket(AF_PACKET, SOCK_RAW, 0));
    try {
      listenToLoopback(fd);
      socket = fd;
    } catch (error) {
      libc.close(fd);
      throw error;
    }
  },
  /** What has come since the last time, at most so many that it is worth asking again when the list is full. */
  "agent.captured"(): { frames: Frame[]; more: boolean } {
    const frames: Frame[] = [];
    try {
      while (frames.length < AT_ONCE) {
        const frame = receive();
        if (frame) frames.push(frame);
      }
    } catch (error) {
      if (!(error instanceof Failure) || error.errno !== EAGAIN) throw error;
      return { frames, more: false };
    }
    return { frames, more: true };
  },
  "agent.capture-end"(): void {
    libc.close(socket);
    socket = -1;
  },
};

/**
 * The receiving half of a UDP socket: from the soft interrupt into the queue, and from the queue to the program.
 *
 * Source: net/ipv4/udp.c (udp_queue_rcv_one_skb, udp_recvmsg).
 */
import type { Received } from "../../kernel/socket";
import { MSG_PEEK, MSG_TRUNC } from "../../sys/socket";
import { inetAddress } from "../inet/inet-sock";
import type { Packet } from "../packet/packet";
import type { Datagram, DatagramQueue } from "./datagram-queue";
import { ReceiveMemory } from "./receive-memory";
import { datagramTruesize } from "./truesize";

export class ReceiveHalf {
  /** Payload that waits, in bytes. */
  queuedBytes = 0;
  private readonly memory = new ReceiveMemory();

  constructor(private readonly queue: DatagramQueue) {}

  get empty(): boolean {
    return this.queue.length === 0;
  }

  /** Length of the first datagram, 0 when there is none. */
  get firstLength(): number {
    return this.queue.peek()?.data.length ?? 0;
  }

  /** Takes a datagram that has come in, headers off. False when there is no room for it in `size` bytes of memory. */
  add(packet: Packet, fromPort: number, size: number): boolean {
    const from = packet.payloadStart;
    const length = packet.payloadLength;
    // Never released: the module may keep the bytes for as long as it likes.
    packet.payloadPage.hold();
    const data = packet.payloadPage.bytes.subarray(from, from + length);
    const datagram = { data, from: packet.source, fromPort, truesize: datagramTruesize(length) };
    if (!this.queue.add(datagram, this.memory.limit(size))) return false;
    this.queuedBytes += length;
    return true;
  }

  /** The first datagram, as much of it as fits; the rest is lost. Null when there is none. */
  take(size: number, into: Uint8Array | null, flags: number, bufferSize: number): Received | null {
    const datagram = this.queue.peek();
    if (datagram === null) return null;
    if ((flags & MSG_PEEK) === 0) {
      const waiting = this.queue.length;
      this.queue.take();
      this.queuedBytes -= datagram.data.length;
      this.memory.taken(datagram.truesize, waiting, bufferSize);
    }
    return received(datagram, size, into, flags);
  }

  clear(): void {
    while (this.queue.take() !== null);
    this.queuedBytes = 0;
  }
}

function received(datagram: Datagram, size: number, into: Uint8Array | null, flags: number): Received {
  const { data, from, fromPort } = datagram;
  const part = data.length <= size ? data : data.subarray(0, size);
  const cut = data.length > size ? MSG_TRUNC : 0;
  const length = (flags & MSG_TRUNC) !== 0 ? data.length : undefined;
  const address = inetAddress(from, fromPort);
  if (into === null) return { data: part.slice(), address, flags: cut, length };
  into.set(part);
  return { data: into.subarray(0, part.length), address, flags: cut, length };
}

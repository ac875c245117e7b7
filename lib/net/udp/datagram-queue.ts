/**
 * A UDP socket's receive queue: whole datagrams, in the order in which they came, as many as the buffer holds.
 *
 * What doesn't fit is thrown away, and nobody is told: UDP promises nothing, and a sender can't be slowed down. What counts is
 * the memory that a datagram takes, not its payload, so many small ones fill the buffer with few bytes. One is always let in,
 * however large.
 *
 * **A module:** `world.host(name, { modules: { datagramQueue: () => mine } })`; one for each socket.
 *
 * Source: udp(7), net/ipv4/udp.c (__udp_enqueue_schedule_skb).
 */
import { Fifo } from "../../kernel/fifo";
import type { Ipv4Address } from "../addresses";

/** A datagram that has come in. */
export interface Datagram {
  /** The payload; nobody changes it. */
  readonly data: Uint8Array;
  /** Who sent it. */
  readonly from: Ipv4Address;
  /** And from which port. */
  readonly fromPort: number;
  /** Memory that it takes, in bytes. */
  readonly truesize: number;
}

/** The contract of the module. */
export interface DatagramQueue {
  /** How many datagrams wait, and how much memory they take. */
  readonly length: number;
  /** How much memory those that wait take, in bytes. */
  readonly used: number;
  /** Appends a datagram. False when there is no room for it in `limit` bytes: then it is gone. */
  add(datagram: Datagram, limit: number): boolean;
  /** The first, left where it is. */
  peek(): Datagram | null;
  /** Takes the first away. */
  take(): Datagram | null;
}

export class StandardDatagramQueue implements DatagramQueue {
  private readonly datagrams = new Fifo<Datagram>();
  private memory = 0;

  get length(): number {
    return this.datagrams.length;
  }

  get used(): number {
    return this.memory;
  }

  add(datagram: Datagram, limit: number): boolean {
    if (this.memory > 0 && this.memory + datagram.truesize > limit) return false;
    this.memory += datagram.truesize;
    this.datagrams.add(datagram);
    return true;
  }

  peek(): Datagram | null {
    return this.datagrams.peek() ?? null;
  }

  take(): Datagram | null {
    const datagram = this.datagrams.take() ?? null;
    if (datagram !== null) this.memory -= datagram.truesize;
    return datagram;
  }
}

/**
 * The error queue of a datagram socket: each ICMP error that IP_RECVERR has asked for, with the datagram that it is about.
 *
 * A pending error is one number, and the next replaces it; here they wait in turn. recvmsg with MSG_ERRQUEUE takes one: the bytes are those
 * that the program had sent, as many as the ICMP message quotes, and the address is where they had been sent to.
 *
 * **Not modelled:** struct sock_extended_err (it says who reported what). `strace -e recvmsg` shows it.
 *
 * Source: ip(7) under IP_RECVERR; ip_icmp_error, ip_local_error and ip_recv_error in net/ipv4/ip_sockglue.c, sock_dequeue_err_skb.
 */
import type { Received } from "../../kernel/socket";
import { EAGAIN, type Errno } from "../../sys/errno";
import { MSG_CTRUNC, MSG_ERRQUEUE, MSG_TRUNC, type SocketAddress } from "../../sys/socket";

/** `reported`: it came by ICMP, and so is the socket's pending error as well; an error of our own side isn't. */
export interface QueuedError {
  readonly error: Errno;
  readonly reported: boolean;
  readonly data: Uint8Array;
  readonly sentTo: SocketAddress;
}

export class ErrorQueue {
  private readonly errors: QueuedError[] = [];

  get empty(): boolean {
    return this.errors.length === 0;
  }

  add(error: QueuedError): void {
    this.errors.push(error);
  }

  /** The first, and what the socket's pending error is from then on: that of the next; undefined: it stays. Throws EAGAIN. */
  take(size: number, into: Uint8Array | null): { received: Received; pending: Errno | null | undefined } {
    const first = this.errors.shift();
    if (first === undefined) throw EAGAIN;
    const next = this.errors[0];
    const part = first.data.subarray(0, size);
    into?.set(part);
    // What says who reported it has no place in a call without room for ancillary data.
    const flags = MSG_ERRQUEUE | MSG_CTRUNC | (part.length < first.data.length ? MSG_TRUNC : 0);
    return {
      received: { data: into === null ? part : into.subarray(0, part.length), address: first.sentTo, flags },
      pending: next?.reported ? next.error : first.reported ? null : undefined,
    };
  }

  clear(): void {
    this.errors.length = 0;
  }
}

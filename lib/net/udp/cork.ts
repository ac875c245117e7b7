/**
 * A corked datagram: several sends that leave as one.
 *
 * MSG_MORE, or UDP_CORK on the socket, holds back what is sent; the first send without adds its own bytes and lets the datagram go.
 * Where to is what the first of them said.
 *
 * Source: udp(7), send(2); udp_sendmsg and udp_push_pending_frames in net/ipv4/udp.c.
 */
import { concat } from "../../sys/bytes";
import type { Flow } from "../ip/flow";

export class CorkedDatagram {
  private readonly parts: Uint8Array[] = [];
  length = 0;

  constructor(
    readonly flow: Flow,
    readonly port: number,
    /** How much may be in it. */
    readonly limit: number,
  ) {}

  /** Does so much more fit? */
  fits(count: number): boolean {
    return this.length + count <= this.limit;
  }

  add(data: Uint8Array): void {
    this.parts.push(data.slice());
    this.length += data.length;
  }

  whole(): Uint8Array {
    return concat(this.parts);
  }
}

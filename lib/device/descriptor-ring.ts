/**
 * Descriptor rings: how a driver and a card hand each other buffers, in memory that both can reach.
 *
 * A ring is an array of descriptors that is used round and round. Each says where a buffer is, and who owns it now: the driver
 * fills a descriptor in and gives it to the card; the card does its work there and gives it back. Only the owner may
 * touch a descriptor or its buffer, so neither ever waits for the other.
 *
 *     receive:    driver: "here is an empty buffer"     card: "a frame of so many bytes is in it"
 *     transmit:   driver: "here is a piece of a frame"  card: "its bytes have left"
 *
 * Source: Intel 82574L datasheet, sections 3.2 (receive) and 3.3 (transmit); drivers/net/ethernet/intel/e1000e.
 */
import { Page } from "../net/packet/page";

export type Owner = "driver" | "card";

/** A buffer that a frame can be received into. */
export interface RxDescriptor {
  /** Who may touch it and its buffer now. */
  owner: Owner;
  // The driver's: the buffer.
  /** The buffer: `size` bytes of this page from `offset` on. */
  page: Page;
  /** In bytes. */
  offset: number;
  /** In bytes. */
  size: number;
  // The card's: what is in it now.
  /** Bytes of the frame that is in it. */
  length: number;
  /** The card has checked the TCP or UDP checksum and found it right (RXCSUM). */
  checksumVerified: boolean;
}

/** A piece of a frame to be sent. */
export interface TxDescriptor {
  /** Who may touch it and its bytes now. */
  owner: Owner;
  /** The piece: `length` bytes of this page from `offset` on. */
  page: Page;
  /** In bytes. */
  offset: number;
  /** In bytes. */
  length: number;
  /** The frame's last piece (EOP). */
  endOfFrame: boolean;
  /**
   * In a frame's first piece, with checksum offload: sum up from this byte of the frame to its end, and put the checksum
   * `checksumOffset` bytes further (CSS, CSO). -1: nothing to do.
   */
  checksumStart: number;
  /** From `checksumStart`, in bytes. */
  checksumOffset: number;
}

const EMPTY = new Page(new Uint8Array(0));

/** A ring of empty descriptors, all of them the driver's. */
export function rxRing(size: number): RxDescriptor[] {
  return Array.from({ length: size }, () => ({
    owner: "driver",
    page: EMPTY,
    offset: 0,
    size: 0,
    length: 0,
    checksumVerified: false,
  }));
}

export function txRing(size: number): TxDescriptor[] {
  return Array.from({ length: size }, () => ({
    owner: "driver",
    page: EMPTY,
    offset: 0,
    length: 0,
    endOfFrame: false,
    checksumStart: -1,
    checksumOffset: 0,
  }));
}

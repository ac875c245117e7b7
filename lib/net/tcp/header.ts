/**
 * The TCP header: 20 bytes, then options, then payload.
 *
 *      0                   1                   2                   3
 *     |          Source Port          |       Destination Port        |
 *     |                        Sequence Number                        |
 *     |                    Acknowledgment Number                      |
 *     | Offset| Rsrvd |C E U A P R S F|            Window             |
 *     |           Checksum            |         Urgent Pointer        |
 *     |                           Options                             |
 *
 * Bytes and meaning are kept apart: this file judges nothing but whether the bytes can be read at all. The checksum covers
 * addresses of the IP header too, so whoever has those fills it in.
 *
 * Source: RFC 9293 section 3.1.
 */
import type { Page } from "../packet/page";
import { optionsLength, readOptions, writeOptions } from "./header-options";
import { type Segment, URG } from "./segment";
import { toSeq } from "./sequence";

/** Without options, in bytes. */
export const HEADER_LENGTH = 20;

/** How long the header of this segment is, options included: 20 to 60 bytes. */
export function headerLength(segment: Segment): number {
  return HEADER_LENGTH + optionsLength(segment);
}

/** A window as it stands in the header. Of one that is too large without scaling the upper bits are lost, on Linux too (htons). */
export function windowField(window: number, scale: number): number {
  return (window >> scale) & 0xffff;
}

/** Writes the header at `at`, checksum zero, and returns its length. */
export function writeHeader(view: DataView, at: number, segment: Segment): number {
  view.setUint16(at, segment.sourcePort);
  view.setUint16(at + 2, segment.destinationPort);
  view.setInt32(at + 4, segment.seq);
  view.setInt32(at + 8, segment.ack);
  const length = HEADER_LENGTH + writeOptions(view, at + HEADER_LENGTH, segment);
  view.setInt32(at + 12, (length << 26) | (segment.flags << 16) | segment.window);
  view.setInt32(at + 16, 0);
  if ((segment.flags & URG) !== 0) view.setUint16(at + 18, segment.urgentPointer);
  return length;
}

/**
 * Reads a header and its options into `segment`; the payload stays where it is. False when the bytes are no TCP
 * segment: too short, or a data offset that points outside.
 */
export function readHeader(page: Page, at: number, end: number, segment: Segment): boolean {
  const { view } = page;
  if (end - at < HEADER_LENGTH) return false;
  const lengthFlagsWindow = view.getInt32(at + 12);
  const length = (lengthFlagsWindow >>> 28) << 2;
  if (length < HEADER_LENGTH || at + length > end) return false;
  segment.sourcePort = view.getUint16(at);
  segment.destinationPort = view.getUint16(at + 2);
  segment.seq = toSeq(view.getInt32(at + 4));
  segment.ack = toSeq(view.getInt32(at + 8));
  segment.flags = (lengthFlagsWindow >> 16) & 0xff;
  segment.window = lengthFlagsWindow & 0xffff;
  segment.urgentPointer = view.getUint16(at + 18);
  if (length > HEADER_LENGTH) readOptions(view, at + HEADER_LENGTH, at + length, segment);
  segment.page = page;
  segment.start = at + length;
  segment.end = end;
  return true;
}

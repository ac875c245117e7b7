/**
 * TCP options: what did not fit into the header of 1981.
 *
 * Each is a kind, a length, and a value. Those that matter on the SYN: maximum segment size, window scale, SACK permitted; on every
 * segment: timestamps; where bytes arrive ahead of a gap: SACK. Padded with NOP so that the numbers stand on multiples of four.
 *
 * **Not modelled:** MD5 and AO signatures, Fast Open cookies, multipath. A real machine's are shown by tcpdump.
 *
 * Source: RFC 9293 section 3.2, RFC 7323, RFC 2018; tcp_options_write and tcp_parse_options in Linux.
 */
import { type SackBlock, type Segment, SYN } from "./segment";
import { toSeq } from "./sequence";

// Kinds: RFC 9293 3.2 (the first three), RFC 7323 2.2 and 3.2, RFC 2018 2 and 3.
const END = 0;
const NOP = 1;
const MSS = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const TIMESTAMPS = 8;

/** The header's length field allows 60 bytes in all. */
export const MAX_OPTIONS_LENGTH = 40;
/** With NOPs around it, in bytes. */
export const TIMESTAMPS_LENGTH = 12;
/** RFC 7323 2.3: "If a Window Scale option is received with a shift.cnt value larger than 14, the TCP … MUST use 14 instead". */
export const MAX_WINDOW_SCALE = 14;

/** Four bytes as one word: options are written and read by words, as Linux does it. */
function word(first: number, second: number, third = 0, fourth = 0): number {
  return (first << 24) | (second << 16) | (third << 8) | fourth;
}

/** What stands before the two timestamps when nothing else fills the word. */
const TIMESTAMPS_ALONE = word(NOP, NOP, TIMESTAMPS, 10);

/** How many SACK blocks fit beside the other options. */
function blocksThatFit(segment: Segment): number {
  const room = MAX_OPTIONS_LENGTH - (segment.hasTimestamps ? TIMESTAMPS_LENGTH : 0) - 4;
  return Math.min(segment.sack.length, room >> 3);
}

/** How many bytes this segment's options will take, a multiple of four (tcp_established_options, tcp_syn_options). */
export function optionsLength(segment: Segment): number {
  let length = segment.hasTimestamps ? TIMESTAMPS_LENGTH : 0;
  if (segment.mss > 0) length += 4;
  if (segment.windowScale >= 0) length += 4;
  // It takes the place of the timestamps' two NOPs when there are some.
  if (segment.sackPermitted && !segment.hasTimestamps) length += 4;
  const blocks = blocksThatFit(segment);
  if (blocks > 0) length += 4 + 8 * blocks;
  return length;
}

/** Writes the options in the order that Linux uses; returns how many bytes they took. */
export function writeOptions(view: DataView, start: number, segment: Segment): number {
  let at = start;
  if (segment.mss > 0) {
    view.setInt32(at, word(MSS, 4) | segment.mss);
    at += 4;
  }
  if (segment.hasTimestamps) {
    view.setInt32(at, segment.sackPermitted ? word(SACK_PERMITTED, 2, TIMESTAMPS, 10) : TIMESTAMPS_ALONE);
    view.setInt32(at + 4, segment.tsVal);
    view.setInt32(at + 8, segment.tsEcr);
    at += TIMESTAMPS_LENGTH;
  } else if (segment.sackPermitted) {
    view.setInt32(at, word(NOP, NOP, SACK_PERMITTED, 2));
    at += 4;
  }
  if (segment.windowScale >= 0) {
    view.setInt32(at, word(NOP, WINDOW_SCALE, 3, segment.windowScale));
    at += 4;
  }
  const blocks = blocksThatFit(segment);
  if (blocks > 0) {
    view.setInt32(at, word(NOP, NOP, SACK, 2 + 8 * blocks));
    at += 4;
    for (let i = 0; i < blocks; i++) {
      view.setInt32(at, segment.sack[i].left);
      view.setInt32(at + 4, segment.sack[i].right);
      at += 8;
    }
  }
  return at - start;
}

/** Reads options into the segment. Unknown ones are passed over; a broken length ends the reading (RFC 9293 3.1, MUST-7). */
export function readOptions(view: DataView, start: number, end: number, segment: Segment): void {
  // Most segments have nothing but timestamps, in this very form (tcp_parse_aligned_timestamp).
  if (end - start === TIMESTAMPS_LENGTH && view.getInt32(start) === TIMESTAMPS_ALONE) {
    readTimestamps(view, start + 4, segment);
    return;
  }
  const isSyn = segment.has(SYN);
  let at = start;
  while (at < end) {
    const kind = view.getUint8(at);
    if (kind === END) return;
    if (kind === NOP) {
      at++;
      continue;
    }
    if (at + 1 >= end) return;
    const length = view.getUint8(at + 1);
    if (length < 2 || at + length > end) return;
    // RFC 9293 3.2, RFC 7323 2.2, RFC 2018 2: these three only on a SYN.
    if (kind === MSS && length === 4 && isSyn) segment.mss = view.getUint16(at + 2);
    else if (kind === WINDOW_SCALE && length === 3 && isSyn)
      segment.windowScale = Math.min(view.getUint8(at + 2), MAX_WINDOW_SCALE);
    else if (kind === SACK_PERMITTED && length === 2 && isSyn) segment.sackPermitted = true;
    else if (kind === TIMESTAMPS && length === 10) readTimestamps(view, at + 2, segment);
    else if (kind === SACK && length >= 10 && (length - 2) % 8 === 0)
      segment.sack = readBlocks(view, at + 2, (length - 2) >> 3);
    at += length;
  }
}

function readTimestamps(view: DataView, at: number, segment: Segment): void {
  segment.hasTimestamps = true;
  segment.tsVal = view.getInt32(at);
  segment.tsEcr = view.getInt32(at + 4);
}

function readBlocks(view: DataView, at: number, count: number): SackBlock[] {
  const blocks: SackBlock[] = [];
  for (let i = 0; i < count; i++) {
    blocks.push({ left: toSeq(view.getInt32(at + 8 * i)), right: toSeq(view.getInt32(at + 8 * i + 4)) });
  }
  return blocks;
}

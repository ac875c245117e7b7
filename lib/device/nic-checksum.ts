/**
 * Checksum offload: what the card computes so that the CPU needn't.
 *
 * Sending, the stack leaves the sum of the pseudo header in the checksum field and tells the card where to begin and where to
 * put the result; the card needs to know nothing of TCP. Receiving, the card recognises TCP and UDP in IPv4 and says "verified".
 *
 * Source: Documentation/networking/checksum-offloads.rst; RFC 1071.
 */
import { ETHERNET_HEADER, ETHERTYPE_IPV4 } from "../net/ethernet/header";
import { fold, internetChecksum, pseudoHeaderSum, transportChecksum } from "../net/packet/checksum";
import type { Page } from "../net/packet/page";
import type { Frame } from "./frame";

// Protocol numbers in IPv4's header (RFC 791).
const TCP = 6;
const UDP = 17;

/** Computes the checksum of what stands behind byte `from` of the frame, to be put at byte `at`. */
export function insertChecksum(frame: Frame, from: number, at: number): void {
  const { page, start, end, fragment, fragmentStart, fragmentEnd } = frame;
  const sum = internetChecksum(page.view, start + from, end, 0);
  const rest = internetChecksum(fragment.view, fragmentStart, fragmentEnd, 0);
  // Behind an odd number of bytes, high and low halves of all words are exchanged (RFC 1071, 2 (B)).
  const odd = ((end - start - from) & 1) === 1;
  frame.checksumAt = at;
  frame.checksumValue = transportChecksum(fold(sum + (odd ? ((rest & 0xff) << 8) | (rest >> 8) : rest)), at - from);
  frame.checksumIsRight = true;
}

/** Is there a TCP segment or UDP datagram in this received frame, whole, with a checksum, and is that right? */
export function verifyChecksum(page: Page, offset: number, length: number): boolean {
  const { view } = page;
  const ip = offset + ETHERNET_HEADER;
  if (length < ETHERNET_HEADER + 20 || view.getUint16(offset + 12) !== ETHERTYPE_IPV4) return false;
  if (view.getUint8(ip) >> 4 !== 4) return false;
  const headerLength = (view.getUint8(ip) & 15) * 4;
  const totalLength = view.getUint16(ip + 2);
  const isFragment = (view.getUint16(ip + 6) & 0x3fff) !== 0;
  const protocol = view.getUint8(ip + 9);
  const size = totalLength - headerLength;
  if (isFragment || headerLength < 20 || size < 8 || ETHERNET_HEADER + totalLength > length) return false;
  if (protocol !== TCP && protocol !== UDP) return false;
  if (protocol === UDP && view.getUint16(ip + headerLength + 6) === 0) return false;
  const pseudo = pseudoHeaderSum(view.getUint32(ip + 12), view.getUint32(ip + 16), protocol, size);
  return internetChecksum(view, ip + headerLength, ip + totalLength, pseudo) === 0xffff;
}

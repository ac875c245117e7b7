/**
 * TCP as tcpdump prints it, with sequence numbers counted from the beginning of the conversation.
 *
 * Relative numbers begin where a segment with SYN and ACK has been seen, or, when the capture began too late, at the first
 * segment with ACK. So a SYN, and an RST without ACK, show their numbers as they are.
 *
 * Source: print-tcp.c; RFC 9293 section 3.1; RFC 7323 (timestamps, window scale), RFC 2018 (SACK).
 */
import type { Piece } from "./tcpdump-bytes";
import { httpText } from "./tcpdump-http";

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;
const URG = 32;
const FLAGS = ["F", "S", "R", "P", ".", "U", "E", "W"];

/** Where both directions of a conversation began: the sequence number of each side's SYN, by "address.port". */
type Beginnings = Readonly<Record<string, number>>;

/** The conversations of one capture. */
export class Conversations {
  private readonly known = new Map<string, Beginnings>();

  /** What to subtract from this segment's numbers. */
  beginnings(from: string, to: string, sequence: number, acknowledgment: number, flags: number): [number, number] {
    if ((flags & ACK) === 0) return [0, 0];
    const key = [from, to].sort().join(" ");
    const known = this.known.get(key);
    if (known !== undefined && (flags & SYN) === 0) return [known[from], known[to]];
    this.known.set(key, { [from]: sequence, [to]: acknowledgment - 1 });
    return [0, 0];
  }

  /** The sequence number of this side's SYN; 0 if it isn't known. */
  beginningOf(side: string, other: string): number {
    return this.known.get([side, other].sort().join(" "))?.[side] ?? 0;
  }
}

/** `size` is what the IP header says; `source` and `destination` are addresses. */
export function tcpText(tcp: Piece, size: number, source: string, destination: string, all: Conversations): string {
  if (tcp.length < 20) return " [|tcp]";
  const from = `${source}.${tcp.uint16(0)}`;
  const to = `${destination}.${tcp.uint16(2)}`;
  const flags = tcp.uint8(13);
  const headerLength = (tcp.uint8(12) >> 4) * 4;
  if (headerLength < 20) return `[bad hdr length ${headerLength} - too short, < 20]`;
  const length = size - headerLength;
  if (length < 0) return `[bad hdr length ${headerLength} - too long, > ${size}]`;
  const [sequenceBase, acknowledgmentBase] = all.beginnings(from, to, tcp.uint32(4), tcp.uint32(8), flags);
  const sequence = (tcp.uint32(4) - sequenceBase) >>> 0;
  const acknowledgment = (tcp.uint32(8) - acknowledgmentBase) >>> 0;
  const names = FLAGS.filter((_, bit) => (flags >> bit) & 1).join("");
  const parts = [`Flags [${names || "none"}]`];
  if (length > 0) parts.push(`seq ${sequence}:${(sequence + length) >>> 0}`);
  else if ((flags & (SYN | FIN | RST)) !== 0) parts.push(`seq ${sequence}`);
  if ((flags & ACK) !== 0) parts.push(`ack ${acknowledgment}`);
  parts.push(`win ${tcp.uint16(14)}`);
  if ((flags & URG) !== 0) parts.push(`urg ${tcp.uint16(18)}`);
  // SACK speaks of what the other side has sent.
  const sackBase = (flags & ACK) === 0 ? 0 : all.beginningOf(to, from);
  const options = optionTexts(tcp.from(20, headerLength - 20), sackBase);
  if (options.length > 0) parts.push(`options [${options.join(",")}]`);
  parts.push(`length ${length}`);
  return parts.join(", ") + (length > 0 ? httpText(tcp, tcp.from(headerLength)) : "");
}

function optionTexts(options: Piece, sackBase: number): string[] {
  const texts: string[] = [];
  for (let at = 0; at < options.length; ) {
    const kind = options.uint8(at);
    if (kind === 0) return [...texts, "eol"];
    if (kind === 1) {
      texts.push("nop");
      at++;
      continue;
    }
    const length = options.uint8(at + 1);
    if (length < 2 || at + length > options.length) return [...texts, "[bad opt]"];
    texts.push(optionText(kind, options.from(at + 2, length - 2), sackBase));
    at += length;
  }
  return texts;
}

function optionText(kind: number, value: Piece, sackBase: number): string {
  if (kind === 2) return `mss ${value.uint16(0)}`;
  if (kind === 3) return `wscale ${value.uint8(0)}`;
  if (kind === 4) return "sackOK";
  if (kind === 5) {
    const edge = (at: number) => (value.uint32(at) - sackBase) >>> 0;
    const blocks = Array.from({ length: value.length >> 3 }, (_, i) => `{${edge(8 * i)}:${edge(8 * i + 4)}}`);
    return `sack ${blocks.length} ${blocks.join("")}`;
  }
  if (kind === 8) return `TS val ${value.uint32(0)} ecr ${value.uint32(4)}`;
  const bytes = Array.from({ length: value.length }, (_, i) => value.uint8(i).toString(16).padStart(2, "0")).join("");
  return `unknown-${kind}${bytes === "" ? "" : ` 0x${bytes}`}`;
}

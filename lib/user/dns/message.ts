/**
 * DNS messages, bytes ↔ meaning: a header of 12 bytes, questions, and records that answer them.
 *
 * Question and answer have one format, and an answer repeats the question, so that whoever asked can see that it is the right one.
 *
 * **Not modelled:** the sections "authority" and "additional" are skipped when read and left empty when written; EDNS (RFC 6891), so
 * a message has at most 512 bytes; the data of records other than A, CNAME, NS and PTR stays bytes.
 *
 * Source: RFC 1035, 4.1.
 */
import { DnsFormatError, decodeName, encodeName } from "./name";

/** Types of records; RFC 1035, 3.2.2. */
export const DNS_A = 1;
/** Type: a name server; RFC 1035, 3.2.2. */
export const DNS_NS = 2;
/** Type: an alias; RFC 1035, 3.2.2. */
export const DNS_CNAME = 5;
/** Type: a name for an address; RFC 1035, 3.2.2. */
export const DNS_PTR = 12;
/** The class "Internet"; RFC 1035, 3.2.4. */
export const DNS_IN = 1;

/** Codes of answers; RFC 1035, 4.1.1. */
export const DNS_NOERROR = 0;
/** The question couldn't be read; RFC 1035, 4.1.1. */
export const DNS_FORMERR = 1;
/** The server failed; RFC 1035, 4.1.1. */
export const DNS_SERVFAIL = 2;
/** There is no such name; RFC 1035, 4.1.1. */
export const DNS_NXDOMAIN = 3;
/** The server doesn't know this kind of question; RFC 1035, 4.1.1. */
export const DNS_NOTIMP = 4;
/** The server doesn't want to; RFC 1035, 4.1.1. */
export const DNS_REFUSED = 5;

/** The largest message in a datagram, in bytes; RFC 1035, 2.3.4. */
export const MAX_DNS_DATAGRAM = 512;

/** What is asked: a name, a type (DNS_*), a class. */
export interface DnsQuestion {
  /** With dots between its labels, without one at the end. */
  name: string;
  /** DNS_A, DNS_CNAME, … */
  type: number;
  /** DNS_IN. */
  class: number;
}

/** What is known of a name. */
export interface DnsRecord extends DnsQuestion {
  /** Seconds for which it may be kept. */
  ttl: number;
  /** A: dotted quad. CNAME, NS, PTR: a name. Others: the bytes. */
  data: string | Uint8Array;
}

/** A query or an answer, as it stands in a datagram; RFC 1035, 4.1. */
export interface DnsMessage {
  /** Chosen by who asks, repeated by who answers. */
  id: number;
  /** QR: is this an answer? */
  response: boolean;
  /** 0 for a standard query. */
  opcode: number;
  /** AA: does the answer come from the server that keeps the name? */
  authoritative: boolean;
  /** TC: did something not fit? */
  truncated: boolean;
  /** RD: should the server ask others? */
  recursionDesired: boolean;
  /** RA: would it? */
  recursionAvailable: boolean;
  /** DNS_NOERROR, DNS_NXDOMAIN, … */
  rcode: number;
  /** What is asked; an answer repeats it. */
  questions: DnsQuestion[];
  /** What is known. */
  answers: DnsRecord[];
}

/** The bytes of a message. What would go beyond `limit` is left out, and TC says so. */
export function encodeDns(message: DnsMessage, limit: number = MAX_DNS_DATAGRAM): Uint8Array {
  const out: number[] = [];
  const seen = new Map<string, number>();
  push16(out, message.id, 0, message.questions.length, 0, 0, 0);
  for (const { name, type, class: in_ } of message.questions) {
    encodeName(name, out, seen);
    push16(out, type, in_);
  }
  let answers = 0;
  for (const record of message.answers) {
    const before = out.length;
    encodeRecord(record, out, seen);
    if (out.length > limit) {
      out.length = before;
      break;
    }
    answers++;
  }
  const truncated = message.truncated || answers < message.answers.length;
  set16(out, 2, flagsOf({ ...message, truncated }));
  set16(out, 6, answers);
  return Uint8Array.from(out);
}

function encodeRecord(
  { name, type, class: in_, ttl, data }: DnsRecord,
  out: number[],
  seen: Map<string, number>,
): void {
  encodeName(name, out, seen);
  push16(out, type, in_, ttl >>> 16, ttl & 0xffff, 0);
  const start = out.length;
  if (typeof data !== "string") out.push(...data);
  else if (type === DNS_A) out.push(...data.split(".").map(Number));
  else encodeName(data, out, seen);
  set16(out, start - 2, out.length - start);
}

/** The meaning of a message's bytes. Throws a `DnsFormatError` when they have none. */
export function decodeDns(bytes: Uint8Array): DnsMessage {
  const flags = get16(bytes, 2);
  const message: DnsMessage = {
    id: get16(bytes, 0),
    response: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    rcode: flags & 15,
    questions: [],
    answers: [],
  };
  const [questions, answers] = [get16(bytes, 4), get16(bytes, 6)];
  let at = 12;
  for (let i = 0; i < questions; i++) {
    const [name, behind] = decodeName(bytes, at);
    message.questions.push({ name, type: get16(bytes, behind), class: get16(bytes, behind + 2) });
    at = behind + 4;
  }
  for (let i = 0; i < answers; i++) {
    const [record, behind] = decodeRecord(bytes, at);
    message.answers.push(record);
    at = behind;
  }
  return message;
}

function decodeRecord(bytes: Uint8Array, start: number): [DnsRecord, number] {
  const [name, at] = decodeName(bytes, start);
  const type = get16(bytes, at);
  const ttl = get16(bytes, at + 4) * 0x10000 + get16(bytes, at + 6);
  const from = at + 10;
  const behind = from + get16(bytes, at + 8);
  if (behind > bytes.length) throw new DnsFormatError("the message ends within a record");
  return [{ name, type, class: get16(bytes, at + 2), ttl, data: dataOf(bytes, type, from, behind) }, behind];
}

function dataOf(bytes: Uint8Array, type: number, from: number, behind: number): string | Uint8Array {
  if (type === DNS_A) {
    if (behind - from !== 4) throw new DnsFormatError("an address that hasn't 4 bytes");
    return bytes.subarray(from, behind).join(".");
  }
  if (type === DNS_CNAME || type === DNS_NS || type === DNS_PTR) return decodeName(bytes, from)[0];
  return bytes.slice(from, behind);
}

function flagsOf(message: DnsMessage): number {
  return (
    (message.response ? 0x8000 : 0) |
    (message.opcode << 11) |
    (message.authoritative ? 0x0400 : 0) |
    (message.truncated ? 0x0200 : 0) |
    (message.recursionDesired ? 0x0100 : 0) |
    (message.recursionAvailable ? 0x0080 : 0) |
    message.rcode
  );
}

function push16(out: number[], ...values: number[]): void {
  for (const value of values) out.push(value >> 8, value & 0xff);
}

function set16(out: number[], at: number, value: number): void {
  out[at] = value >> 8;
  out[at + 1] = value & 0xff;
}

function get16(bytes: Uint8Array, at: number): number {
  if (at + 2 > bytes.length) throw new DnsFormatError("the message is too short");
  return bytes[at] * 256 + bytes[at + 1];
}

/**
 * DNS as tcpdump prints it: "4660+ A? example.com. (29)", and the answer "4660 1/0/0 A 10.0.0.2 (45)".
 *
 * **Not modelled:** records other than A, CNAME, NS and PTR show their type only; messages that are not plain queries.
 *
 * Source: print-domain.c; RFC 1035 section 4.
 */
import { ipv4, type Piece } from "./tcpdump-bytes";

const TYPES: Readonly<Record<number, string>> = {
  1: "A",
  2: "NS",
  5: "CNAME",
  6: "SOA",
  12: "PTR",
  15: "MX",
  16: "TXT",
  28: "AAAA",
};
const ERRORS = ["", " FormErr", " ServFail", " NXDomain", " NotImp", " Refused"];
/** A name of more labels than this goes in circles. */
const MOST_LABELS = 128;

export function dnsText(dns: Piece): string {
  const [id, flags] = [dns.uint16(0), dns.uint16(2)];
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => dns.uint16(at));
  const end = `(${dns.length})`;
  if ((flags & 0x8000) === 0) {
    const [name, at] = nameAt(dns, 12);
    const recursion = (flags & 0x0100) === 0 ? "" : "+";
    return questions === 1
      ? `${id}${recursion} ${typeName(dns.uint16(at))}? ${name} ${end}`
      : `${id}${recursion} [${questions}q] ${end}`;
  }
  const error = ERRORS[flags & 15] ?? ` Resp${flags & 15}`;
  const marks = `${(flags & 0x0400) === 0 ? "" : "*"}${(flags & 0x0080) === 0 ? "-" : ""}${(flags & 0x0200) === 0 ? "" : "|"}`;
  let at = 12;
  for (let i = 0; i < questions && at < dns.length; i++) at = nameAt(dns, at)[1] + 4;
  const records: string[] = [];
  for (let i = 0; i < answers && at < dns.length; i++) {
    const [, behind] = nameAt(dns, at);
    records.push(record(dns, behind));
    at = behind + 10 + dns.uint16(behind + 8);
  }
  const list = records.length === 0 ? "" : ` ${records.join(", ")}`;
  return `${id}${error}${marks} ${answers}/${authorities}/${additionals}${list} ${end}`;
}

/** What stands behind a record's name. */
function record(dns: Piece, at: number): string {
  const type = dns.uint16(at);
  const name = typeName(type);
  if (type === 1) return `${name} ${ipv4(dns, at + 10)}`;
  if (type === 2 || type === 5 || type === 12) return `${name} ${nameAt(dns, at + 10)[0]}`;
  return name;
}

function typeName(type: number): string {
  return TYPES[type] ?? `Type${type}`;
}

/** The name there, and where what follows it begins. Part of it may stand earlier in the message (RFC 1035, 4.1.4). */
function nameAt(dns: Piece, start: number): [string, number] {
  let name = "";
  let at = start;
  let behind = -1;
  for (let labels = 0; labels < MOST_LABELS; labels++) {
    const length = dns.uint8(at);
    if (length === 0) return [name || ".", behind < 0 ? at + 1 : behind];
    if (length >= 0xc0) {
      if (behind < 0) behind = at + 2;
      at = dns.uint16(at) & 0x3fff;
      continue;
    }
    name += `${dns.from(at + 1, length).text()}.`;
    at += 1 + length;
  }
  return [`${name}...`, behind < 0 ? dns.length : behind];
}

/**
 * A tiny name server: knows a few names, and answers questions about them in single datagrams.
 *
 * It is authoritative for everything it is asked, asks nobody else, and puts a whole chain of CNAMEs into one answer, as a recursive
 * server would. A datagram that is no question gets FORMERR when at least its id can be read, else nothing.
 *
 * **Not modelled:** zones, delegation, recursion, TCP.
 *
 * Source: RFC 1034, 4.3.2; RFC 1035, 4.
 */
import { AF_INET, type ProgramFunction, type Request, SOCK_DGRAM, type SocketAddress, type Sys } from "../../sys";
import { isAddress } from "./config-files";
import {
  DNS_A,
  DNS_CNAME,
  DNS_FORMERR,
  DNS_IN,
  DNS_NOERROR,
  DNS_NOTIMP,
  DNS_NXDOMAIN,
  type DnsMessage,
  type DnsQuestion,
  type DnsRecord,
  decodeDns,
  encodeDns,
} from "./message";
import { DnsFormatError, normalName } from "./name";

/** By name: addresses, or one other name of which this is an alias. */
export type NameRecords = Readonly<Record<string, string | readonly string[]>>;

/** Where a name server listens, and for how long. */
export interface NameServerOptions {
  /** Where it listens. Default 0.0.0.0, port 53. */
  address?: string;
  /** Default 53. */
  port?: number;
  /** After so many datagrams it ends. Default: never. */
  queries?: number;
}

/** Seconds that an answer may be kept. */
const TTL = 300;
const MAX_CHAIN = 16;

/** A program that answers for `records`. */
export function nameServer(records: NameRecords, options: NameServerOptions = {}): ProgramFunction<void> {
  return function* nameServerProgram(sys) {
    const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
    yield* sys.bind(fd, { address: options.address ?? "0.0.0.0", port: options.port ?? 53 });
    yield* serveNames(sys, fd, records, options.queries);
    yield* sys.close(fd);
  };
}

/** Answers what comes in at a bound datagram socket, `queries` times. */
export function* serveNames(
  sys: Sys,
  fd: number,
  records: NameRecords,
  queries: number = Number.POSITIVE_INFINITY,
): Generator<Request, void, unknown> {
  const known = new Map(Object.entries(records).map(([name, value]) => [normalName(name), [value].flat() as string[]]));
  for (let i = 0; i < queries; i++) {
    const { data, address } = yield* sys.recvfrom(fd, 65_535, 0);
    const answer = answerTo(data, known);
    if (answer !== null) yield* sys.sendto(fd, encodeDns(answer), 0, address as SocketAddress);
  }
}

function answerTo(datagram: Uint8Array, known: ReadonlyMap<string, readonly string[]>): DnsMessage | null {
  if (datagram.length < 12) return null;
  const reply = { response: true, authoritative: true, truncated: false, recursionAvailable: false };
  try {
    const query = decodeDns(datagram);
    // Never answer an answer: two servers would talk to each other for ever.
    if (query.response) return null;
    const nothing: DnsMessage = { ...query, ...reply, rcode: DNS_NOTIMP, answers: [] };
    if (query.opcode !== 0 || query.questions.length !== 1 || query.questions[0].class !== DNS_IN) return nothing;
    return { ...nothing, ...lookUp(query.questions[0], known) };
  } catch (error) {
    if (!(error instanceof DnsFormatError)) throw error;
    const [high, low, flags] = datagram;
    if ((flags & 0x80) !== 0) return null;
    const rest = { opcode: 0, recursionDesired: false, rcode: DNS_FORMERR, questions: [], answers: [] };
    return { ...reply, ...rest, id: high * 256 + low };
  }
}

/** The records that answer a question: those of the name itself, or the aliases on the way to them. */
function lookUp(
  question: DnsQuestion,
  known: ReadonlyMap<string, readonly string[]>,
): { rcode: number; answers: DnsRecord[] } {
  const answers: DnsRecord[] = [];
  const record = (name: string, type: number, data: string) =>
    answers.push({ name, type, class: DNS_IN, ttl: TTL, data });
  let { name } = question;
  for (let links = 0; links < MAX_CHAIN; links++) {
    const values = known.get(normalName(name));
    // The code speaks of the name at the end of the chain; RFC 2308, 2.1.
    if (values === undefined) return { rcode: DNS_NXDOMAIN, answers };
    if (values.every(isAddress)) {
      if (question.type === DNS_A) for (const value of values) record(name, DNS_A, value);
      break;
    }
    record(name, DNS_CNAME, values[0]);
    if (question.type === DNS_CNAME) break;
    name = values[0];
  }
  return { rcode: DNS_NOERROR, answers };
}

/**
 * The stub resolver: asks a name server over UDP, and asks again when nothing comes.
 *
 * UDP promises nothing, so everything that makes this dependable is here: a timeout with poll(2), retries, a list of servers, and
 * three checks before an answer is believed. It came from the server that was asked (the socket is connected, so the kernel lets no
 * other datagram through), it has the question's id, and it repeats the question. Whoever wants to forge one must guess id and port.
 *
 * **Not modelled:** the second try over TCP after a truncated answer (RFC 7766): `truncated` only says that there was more. The id comes
 * from clock and pid as in old resolvers, and can be guessed; RFC 5452 wants chance.
 *
 * Source: RFC 1035, 7; resolver(3), `send_dg` in glibc's res_send.c.
 */
import {
  AF_INET,
  CLOCK_MONOTONIC,
  type InetAddress,
  isSystemError,
  MSG_DONTWAIT,
  POLLIN,
  type PollFd,
  type Request,
  SOCK_DGRAM,
  type Sys,
} from "../../sys";
import { unlessInterrupted } from "../write-all";
import type { ResolverConfig } from "./config-files";
import { GaiError } from "./gai-error";
import {
  DNS_A,
  DNS_CNAME,
  DNS_IN,
  DNS_NOERROR,
  DNS_NOTIMP,
  DNS_NXDOMAIN,
  DNS_REFUSED,
  DNS_SERVFAIL,
  type DnsMessage,
  decodeDns,
  encodeDns,
} from "./message";
import { DnsFormatError, normalName } from "./name";

/** Another server may know better after one of these. */
const TRY_NEXT = [DNS_SERVFAIL, DNS_NOTIMP, DNS_REFUSED];
/** Longer chains of CNAMEs are taken for circles. */
const MAX_CHAIN = 16;

/** The addresses of a name, as a name server tells them. */
export interface Resolved {
  addresses: string[];
  /** The name at the end of the CNAMEs: the one that has the addresses. */
  canonicalName: string;
  /** There were more than fit into the datagram. */
  truncated: boolean;
}

/** Asks the servers in turn, `attempts` times. Throws a `GaiError` when there is no address to be had. */
export function* resolveAddress(sys: Sys, name: string, config: ResolverConfig): Generator<Request, Resolved, unknown> {
  for (let attempt = 0; attempt < config.attempts; attempt++) {
    for (const server of config.servers) {
      const answer = yield* askOne(sys, name, server, config.timeout * 1000);
      if (answer === null || TRY_NEXT.includes(answer.rcode)) continue;
      if (answer.rcode === DNS_NXDOMAIN) throw new GaiError("EAI_NONAME", name);
      if (answer.rcode !== DNS_NOERROR) throw new GaiError("EAI_FAIL", name);
      return addressesIn(answer, name);
    }
  }
  throw new GaiError("EAI_AGAIN", name);
}

/** One question to one server. Null when no answer came in time, or nobody is there. */
function* askOne(
  sys: Sys,
  name: string,
  server: InetAddress,
  timeout: number,
): Generator<Request, DnsMessage | null, unknown> {
  const id = yield* freshId(sys);
  const question = encodeQuestion(name, id);
  const fd = yield* sys.socket(AF_INET, SOCK_DGRAM);
  try {
    yield* sys.connect(fd, server);
    yield* sys.send(fd, question, 0);
    return yield* awaitAnswer(sys, fd, id, name, (yield* now(sys)) + timeout);
  } catch (error) {
    // ECONNREFUSED: an ICMP message said that no process has that port. Or there is no way to the server.
    if (isSystemError(error) && ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"].includes(error.code)) return null;
    throw error;
  } finally {
    yield* sys.close(fd);
  }
}

/** Reads datagrams until one answers the question, or the deadline (milliseconds) is over. */
function* awaitAnswer(
  sys: Sys,
  fd: number,
  id: number,
  name: string,
  deadline: number,
): Generator<Request, DnsMessage | null, unknown> {
  for (;;) {
    const left = deadline - (yield* now(sys));
    if (left <= 0) return null;
    const fds: PollFd[] = [{ fd, events: POLLIN }];
    if ((yield* unlessInterrupted(() => sys.poll(fds, Math.ceil(left)), 0)) === 0) continue;
    let datagram: Uint8Array;
    try {
      datagram = yield* sys.recv(fd, 65_535, MSG_DONTWAIT);
    } catch (error) {
      // A datagram with a wrong checksum wakes the sleeper and is then thrown away.
      if (isSystemError(error, "EAGAIN")) continue;
      throw error;
    }
    const answer = meaningOf(datagram);
    if (answer !== null && answers(answer, id, name)) return answer;
  }
}

/** Is this an answer to our question? RFC 5452, 9.1. */
function answers(message: DnsMessage, id: number, name: string): boolean {
  if (!message.response || message.id !== id) return false;
  // A server that couldn't read the question can't repeat it.
  if (message.questions.length === 0) return message.rcode !== DNS_NOERROR;
  const [question] = message.questions;
  return question.type === DNS_A && question.class === DNS_IN && normalName(question.name) === normalName(name);
}

/** Null for bytes that are no message: they are ignored like those of a stranger. */
function meaningOf(datagram: Uint8Array): DnsMessage | null {
  try {
    return decodeDns(datagram);
  } catch (error) {
    if (error instanceof DnsFormatError) return null;
    throw error;
  }
}

/** Follows the CNAMEs of an answer to the addresses; RFC 1034, 3.6.2. */
function addressesIn({ answers: records, truncated }: DnsMessage, name: string): Resolved {
  let canonicalName = normalName(name);
  const at = (type: number): string[] =>
    records
      .filter((record) => record.type === type && normalName(record.name) === canonicalName)
      .map((record) => record.data as string);
  for (let links = 0; links < MAX_CHAIN; links++) {
    const addresses = at(DNS_A);
    if (addresses.length > 0) return { addresses, canonicalName, truncated };
    const [next] = at(DNS_CNAME);
    // With TCP, a truncated answer would be asked for again; without, it may work later.
    if (next === undefined) throw new GaiError(truncated ? "EAI_AGAIN" : "EAI_NODATA", name);
    canonicalName = normalName(next);
  }
  throw new GaiError("EAI_FAIL", name);
}

/** The question's bytes. A name that no message can carry is a name that nobody knows. */
function encodeQuestion(name: string, id: number): Uint8Array {
  try {
    return encodeDns({
      id,
      response: false,
      opcode: 0,
      authoritative: false,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      rcode: DNS_NOERROR,
      questions: [{ name, type: DNS_A, class: DNS_IN }],
      answers: [],
    });
  } catch (error) {
    if (error instanceof DnsFormatError) throw new GaiError("EAI_NONAME", name);
    throw error;
  }
}

function* freshId(sys: Sys): Generator<Request, number, unknown> {
  const { tv_sec, tv_nsec } = yield* sys.clock_gettime(CLOCK_MONOTONIC);
  const pid = yield* sys.getpid();
  return (Math.imul(tv_nsec ^ Math.imul(tv_sec, 0x9e37), 0x85ebca6b) ^ Math.imul(pid + 1, 0x2545f491)) >>> 16;
}

/** Milliseconds on a clock that nobody sets. */
function* now(sys: Sys): Generator<Request, number, unknown> {
  const { tv_sec, tv_nsec } = yield* sys.clock_gettime(CLOCK_MONOTONIC);
  return tv_sec * 1000 + tv_nsec / 1e6;
}

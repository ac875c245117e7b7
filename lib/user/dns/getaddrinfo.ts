/**
 * From a name to addresses that a socket can connect to: getaddrinfo(3).
 *
 * No system call: a library's work, made of opening files and of sending datagrams. What looks like an address is one. Then /etc/hosts is
 * asked, and then a name server. An strace of any program that uses a name shows these steps before its connect(2).
 *
 * **Not modelled:** IPv6; names of services ("http"); caching (glibc has none either; that is nscd's or systemd-resolved's work).
 *
 * Source: getaddrinfo(3); RFC 6761, 6.3 (localhost).
 */
import {
  AF_INET,
  INADDR_ANY,
  INADDR_LOOPBACK,
  type InetAddress,
  IPPROTO_TCP,
  IPPROTO_UDP,
  type Request,
  SOCK_DGRAM,
  SOCK_STREAM,
  type Sys,
} from "../../sys";
import { isAddress, lookUpHosts, readResolvConf } from "./config-files";
import { GaiError } from "./gai-error";
import { normalName } from "./name";
import { resolveAddress } from "./stub-resolver";

/** What is asked for; `struct addrinfo *hints`, and where the files are. */
export interface AddressHints {
  /** Port of the addresses. Default 0. */
  port?: number;
  /** SOCK_STREAM (the default) or SOCK_DGRAM. */
  socktype?: number;
  /** AI_PASSIVE: without a name, the address to listen at everywhere instead of the loopback's. */
  passive?: boolean;
  /** AI_NUMERICHOST: only an address will do; nobody is asked. */
  numericHost?: boolean;
  /** Default "/etc/hosts". */
  hosts?: string;
  /** Default "/etc/resolv.conf". */
  resolvConf?: string;
}

/** One way to reach a name; `struct addrinfo`. */
export interface AddressInfo {
  /** AF_INET: what socket(2) takes first. */
  family: number;
  /** SOCK_STREAM or SOCK_DGRAM: what it takes next. */
  socktype: number;
  /** IPPROTO_TCP or IPPROTO_UDP. */
  protocol: number;
  /** What connect(2) takes. */
  address: InetAddress;
  /** The name's proper form, after aliases. */
  canonicalName: string;
}

/** The addresses of `name` (null: of this machine), at least one. Throws a `GaiError` when there is none. */
export function* getaddrinfo(
  sys: Sys,
  name: string | null,
  hints: AddressHints = {},
): Generator<Request, AddressInfo[], unknown> {
  const { addresses, canonicalName } = yield* addressesOf(sys, name, hints);
  const socktype = hints.socktype ?? SOCK_STREAM;
  const protocol = socktype === SOCK_STREAM ? IPPROTO_TCP : socktype === SOCK_DGRAM ? IPPROTO_UDP : 0;
  return addresses.map((address) => ({
    family: AF_INET,
    socktype,
    protocol,
    address: { address, port: hints.port ?? 0 },
    canonicalName,
  }));
}

function* addressesOf(
  sys: Sys,
  name: string | null,
  hints: AddressHints,
): Generator<Request, { addresses: string[]; canonicalName: string }, unknown> {
  if (name === null) return { addresses: [hints.passive ? INADDR_ANY : INADDR_LOOPBACK], canonicalName: "" };
  if (isAddress(name)) return { addresses: [name.split(".").map(Number).join(".")], canonicalName: name };
  if (hints.numericHost || normalName(name) === "") throw new GaiError("EAI_NONAME", name);
  const known = yield* lookUpHosts(sys, hints.hosts ?? "/etc/hosts", name);
  if (known !== null) return known;
  // A name server never hears of it: every machine is its own.
  if (/(^|\.)localhost$/.test(normalName(name))) return { addresses: [INADDR_LOOPBACK], canonicalName: name };
  const config = yield* readResolvConf(sys, hints.resolvConf ?? "/etc/resolv.conf");
  return yield* resolveAddress(sys, name, config);
}

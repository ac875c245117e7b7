/**
 * The two files that say how names are resolved: /etc/hosts and /etc/resolv.conf.
 *
 * The library reads them anew for each resolution, by open(2) and read(2) like any program: there is nothing about names in the kernel.
 *
 * **Not modelled:** `search`, `domain`, `ndots` and `sortlist`; IPv6; /etc/nsswitch.conf (the order is always "files dns").
 *
 * Source: hosts(5), resolv.conf(5).
 */
import { type InetAddress, isSystemError, O_RDONLY, type Request, type Sys } from "../../sys";
import { BufferedReader } from "../buffered-reader";
import { normalName } from "./name";

const NAME_SERVER_PORT = 53;
/** glibc's limits and defaults; resolv.conf(5). */
const MAX_SERVERS = 3;
const MAX_TIMEOUT = 30;
const MAX_ATTEMPTS = 5;
const HOSTS_COMMENT = /#.*/;
/** Only at the start of a word: a hash within one is part of it, which "127.0.0.1#5353" below needs. */
const RESOLV_CONF_COMMENT = /(^|\s)[#;].*/;

/** How the stub resolver asks. */
export interface ResolverConfig {
  servers: InetAddress[];
  /** Seconds until it asks the next server. */
  timeout: number;
  /** How often it goes through the list. */
  attempts: number;
}

/** Is this four numbers from 0 to 255 with dots between? */
export function isAddress(text: string): boolean {
  return /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255);
}

/** The words of each line, without comments; none when there is no such file. */
function* wordsOf(sys: Sys, path: string, comment: RegExp): Generator<Request, string[][], unknown> {
  const lines: string[][] = [];
  let fd: number;
  try {
    fd = yield* sys.open(path, O_RDONLY);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return lines;
    throw error;
  }
  try {
    const reader = new BufferedReader(fd);
    for (let line = yield* reader.readLine(sys); line !== null; line = yield* reader.readLine(sys)) {
      const words = line.replace(comment, "").trim().split(/\s+/);
      if (words[0] !== "") lines.push(words);
    }
  } finally {
    yield* sys.close(fd);
  }
  return lines;
}

/** What /etc/hosts says of a name: its addresses in the file's order, and the first name of the line. */
export function* lookUpHosts(
  sys: Sys,
  path: string,
  name: string,
): Generator<Request, { addresses: string[]; canonicalName: string } | null, unknown> {
  const wanted = normalName(name);
  const lines = (yield* wordsOf(sys, path, HOSTS_COMMENT)).filter(
    ([address, ...names]) => isAddress(address) && names.some((each) => normalName(each) === wanted),
  );
  return lines.length === 0 ? null : { addresses: lines.map(([address]) => address), canonicalName: lines[0][1] };
}

/**
 * What /etc/resolv.conf says. Without the file or a server in it, one on this machine is asked.
 *
 * A line "nameserver 127.0.0.1#5353" names a port too. That is dnsmasq's notation, not libc's; it lets programs on a real machine have
 * a name server of their own without being root.
 */
export function* readResolvConf(sys: Sys, path: string): Generator<Request, ResolverConfig, unknown> {
  const config: ResolverConfig = { servers: [], timeout: 5, attempts: 2 };
  for (const [keyword, ...values] of yield* wordsOf(sys, path, RESOLV_CONF_COMMENT)) {
    if (keyword === "nameserver" && values.length > 0) {
      const [address, port] = values[0].split("#");
      if (isAddress(address) && config.servers.length < MAX_SERVERS)
        config.servers.push({ address, port: port === undefined ? NAME_SERVER_PORT : Number(port) });
    }
    if (keyword !== "options") continue;
    for (const option of values) {
      const [key, value] = option.split(":");
      const number = Number.parseInt(value, 10);
      if (Number.isNaN(number)) continue;
      if (key === "timeout") config.timeout = Math.min(Math.max(number, 1), MAX_TIMEOUT);
      if (key === "attempts") config.attempts = Math.min(Math.max(number, 1), MAX_ATTEMPTS);
    }
  }
  if (config.servers.length === 0) config.servers.push({ address: "127.0.0.1", port: NAME_SERVER_PORT });
  return config;
}

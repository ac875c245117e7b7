/**
 * How strace writes values: strings with escapes and a limit, flags by name, addresses and structures as in C.
 *
 * What strace shows as an address in memory (a buffer that was not filled, a handler) has no address here; `0x…` stands for
 * it. Checked against strace 6.1. Source: strace(1).
 */
import {
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  EPOLLET,
  EPOLLEXCLUSIVE,
  EPOLLONESHOT,
  FD_CLOEXEC,
  IPPROTO_ICMP,
  IPPROTO_IP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MSG_DONTWAIT,
  MSG_MORE,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  O_ACCMODE,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  POLLRDBAND,
  POLLRDHUP,
  POLLRDNORM,
  POLLWRBAND,
  POLLWRNORM,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type SocketAddress,
  type Stat,
} from "../sys";

/** Something that strace shows as an address in memory. */
export const POINTER = "0x…";

const escapes: Record<number, string> = {
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
};

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Bytes as a C string; what is longer than `limit` is cut and followed by `...`. */
export function quoted(data: Uint8Array, limit: number): string {
  const shown = data.subarray(0, limit);
  let inside = "";
  shown.forEach((byte, i) => {
    if (escapes[byte]) inside += escapes[byte];
    else if (byte >= 0x20 && byte < 0x7f) inside += String.fromCharCode(byte);
    // As few octal digits as are needed, three when another digit follows.
    else inside += `\\${isDigit(shown[i + 1]) ? byte.toString(8).padStart(3, "0") : byte.toString(8)}`;
  });
  return `"${inside}"${data.length > limit ? "..." : ""}`;
}

/** A path or name: never cut. */
export function quotedPath(path: string): string {
  return quoted(new TextEncoder().encode(path), Number.POSITIVE_INFINITY);
}

export type Names = ReadonlyArray<readonly [number, string]>;

/** The bits of a number by name, `0` (or `zero`) when there are none; what has no name is shown in hexadecimal. */
export function flags(value: number, names: Names, zero = "0"): string {
  const words: string[] = [];
  let rest = value >>> 0;
  for (const [bit, name] of names) {
    const mask = bit >>> 0;
    if (mask !== 0 && (rest & mask) >>> 0 === mask) {
      words.push(name);
      rest = (rest & ~mask) >>> 0;
    }
  }
  if (rest !== 0) words.push(`0x${rest.toString(16)}`);
  return words.join("|") || zero;
}

/** A value by name, or as a number. */
export function oneOf(value: number, names: Names): string {
  return names.find(([number]) => number === value)?.[1] ?? String(value);
}

const accessModes: Names = [
  [O_RDONLY, "O_RDONLY"],
  [O_WRONLY, "O_WRONLY"],
  [O_RDWR, "O_RDWR"],
];
const openFlagNames: Names = [
  [O_CREAT, "O_CREAT"],
  [O_EXCL, "O_EXCL"],
  [O_TRUNC, "O_TRUNC"],
  [O_APPEND, "O_APPEND"],
  [O_NONBLOCK, "O_NONBLOCK"],
  [0o100000, "O_LARGEFILE"], // a 64-bit Linux sets it for every opened file
  [O_DIRECTORY, "O_DIRECTORY"],
  [O_CLOEXEC, "O_CLOEXEC"],
];

/** `O_WRONLY|O_CREAT|O_TRUNC`: the access mode always, then the bits. */
export function openFlags(value: number): string {
  const rest = value & ~O_ACCMODE;
  const mode = oneOf(value & O_ACCMODE, accessModes);
  return rest === 0 ? mode : `${mode}|${flags(rest, openFlagNames)}`;
}

/** Flags of pipe2, dup3, epoll_create1. */
export function creationFlags(value: number): string {
  return flags(value, openFlagNames);
}

export function descriptorFlags(value: number): string {
  return flags(value, [[FD_CLOEXEC, "FD_CLOEXEC"]]);
}

/** Permission bits: three octal digits and a leading zero, as in C. */
export function octal(value: number): string {
  return `0${value.toString(8).padStart(3, "0")}`;
}

const fileTypes: Names = [
  [S_IFREG, "S_IFREG"],
  [S_IFDIR, "S_IFDIR"],
  [S_IFIFO, "S_IFIFO"],
  [S_IFSOCK, "S_IFSOCK"],
  [S_IFCHR, "S_IFCHR"],
];

export function stat(value: Stat): string {
  const type = oneOf(value.mode & S_IFMT, fileTypes);
  const mode = `st_mode=${type === "0" ? "" : `${type}|`}${octal(value.mode & ~S_IFMT)}`;
  return (value.mode & S_IFMT) === S_IFCHR ? `{${mode}, ...}` : `{${mode}, st_size=${value.size}, ...}`;
}

const pollNames: Names = [
  [POLLIN, "POLLIN"],
  [POLLPRI, "POLLPRI"],
  [POLLOUT, "POLLOUT"],
  [POLLERR, "POLLERR"],
  [POLLHUP, "POLLHUP"],
  [POLLNVAL, "POLLNVAL"],
  [POLLRDNORM, "POLLRDNORM"],
  [POLLRDBAND, "POLLRDBAND"],
  [POLLWRNORM, "POLLWRNORM"],
  [POLLWRBAND, "POLLWRBAND"],
  [POLLRDHUP, "POLLRDHUP"],
];
const epollNames: Names = [
  ...pollNames.map(([bit, name]) => [bit, `E${name}`] as const),
  [EPOLLEXCLUSIVE, "EPOLLEXCLUSIVE"],
  [EPOLLONESHOT, "EPOLLONESHOT"],
  [EPOLLET, "EPOLLET"],
];

export function pollEvents(value: number): string {
  return flags(value, pollNames);
}

export function epollEvent({ events, data }: { events: number; data: number }): string {
  return `{events=${flags(events, epollNames)}, data={u32=${data}, u64=${data}}}`;
}

const messageNames: Names = [
  [MSG_PEEK, "MSG_PEEK"],
  [MSG_TRUNC, "MSG_TRUNC"],
  [MSG_DONTWAIT, "MSG_DONTWAIT"],
  [MSG_WAITALL, "MSG_WAITALL"],
  [MSG_NOSIGNAL, "MSG_NOSIGNAL"],
  [MSG_MORE, "MSG_MORE"],
];

export function messageFlags(value: number): string {
  return flags(value, messageNames);
}

const families: Names = [
  [AF_UNSPEC, "AF_UNSPEC"],
  [AF_UNIX, "AF_UNIX"],
  [AF_INET, "AF_INET"],
];
const socketTypes: Names = [
  [SOCK_STREAM, "SOCK_STREAM"],
  [SOCK_DGRAM, "SOCK_DGRAM"],
  [SOCK_SEQPACKET, "SOCK_SEQPACKET"],
];
const protocols: Names = [
  [IPPROTO_IP, "IPPROTO_IP"],
  [IPPROTO_ICMP, "IPPROTO_ICMP"],
  [IPPROTO_TCP, "IPPROTO_TCP"],
  [IPPROTO_UDP, "IPPROTO_UDP"],
];

export function family(value: number): string {
  return oneOf(value, families);
}

const typeFlags: Names = [
  [SOCK_CLOEXEC, "SOCK_CLOEXEC"],
  [SOCK_NONBLOCK, "SOCK_NONBLOCK"],
];

export function acceptFlags(value: number): string {
  return flags(value, typeFlags);
}

export function socketType(value: number): string {
  const rest = value & (SOCK_NONBLOCK | SOCK_CLOEXEC);
  return `${oneOf(value & ~rest, socketTypes)}${rest ? `|${flags(rest, typeFlags)}` : ""}`;
}

export function protocol(domain: number, value: number): string {
  return domain === AF_INET ? oneOf(value, protocols) : String(value);
}

/** A socket address and its size in bytes, as bind, connect and accept show it. */
export function address(value: SocketAddress | null | undefined): { text: string; size: number } {
  if (!value) return { text: "NULL", size: 0 };
  if ("address" in value) {
    const text = `{sa_family=AF_INET, sin_port=htons(${value.port}), sin_addr=inet_addr("${value.address}")}`;
    return { text, size: 16 };
  }
  if (!("path" in value)) return { text: `{sa_family=${family(value.family)}}`, size: 16 };
  if (value.path === "") return { text: "{sa_family=AF_UNIX}", size: 2 };
  const abstract = value.path.startsWith("\0");
  const name = abstract ? `@${quotedPath(value.path.slice(1))}` : quotedPath(value.path);
  return { text: `{sa_family=AF_UNIX, sun_path=${name}}`, size: 2 + value.path.length + (abstract ? 0 : 1) };
}

/** `[3 4]`: a set of descriptors as select shows it. */
export function fdSet(set: ReadonlySet<number> | null): string {
  return set ? `[${[...set].sort((a, b) => a - b).join(" ")}]` : "NULL";
}

export function shutdownHow(how: number): string {
  return oneOf(how, [
    [SHUT_RD, "SHUT_RD"],
    [SHUT_WR, "SHUT_WR"],
    [SHUT_RDWR, "SHUT_RDWR"],
  ]);
}

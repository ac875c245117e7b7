/** What a call gave, as text that two runs have in common: ports, ids and times go by names or not at all. */
import { type PollFd, type ReceivedFrom, type ReceivedMessage, S_IFDIR, S_IFMT, type Stat } from "../../../lib/sys";

interface Names {
  nameOf(kind: string, value: number): string;
}

export function plain(name: string, args: readonly unknown[], result: unknown, names: Names): string {
  if (name === "fork") return "a pid";
  if (name === "pthread_create") return "a tid";
  if (name === "poll") return `${result} [${(args[0] as PollFd[]).map(({ revents }) => bits(revents)).join(", ")}]`;
  if (name === "select") return `${result} ${args.slice(1, 4).map(show).join(" ")}`;
  if (name === "epoll_wait") {
    const events = result as { events: number; data: number }[];
    return `[${events.map(({ events, data }) => `${data}: ${bits(events)}`).join(", ")}]`;
  }
  if (name === "stat" || name === "fstat") return statWords(result as Stat);
  if (name === "recvfrom") {
    const { data, address } = result as ReceivedFrom;
    return `${show(data)} from ${addressWords(address, names)}`;
  }
  if (name === "recvmsg") {
    const { iov, name: from, flags } = result as ReceivedMessage;
    return `${show(iov)} from ${addressWords(from, names)} flags ${bits(flags)}`;
  }
  if (name === "getsockname" || name === "getpeername") return addressWords(result, names);
  if (name === "getsockopt" && typeof result === "object" && result !== null && "tcpi_state" in result) {
    return `state ${result.tcpi_state}`;
  }
  return show(result);
}

const bits = (value: number | undefined): string => `0x${((value ?? 0) >>> 0).toString(16)}`;

/** A directory's size is its file system's own affair, as is every inode's number. */
function statWords({ mode, size }: Stat): string {
  const type = `0o${mode.toString(8)}`;
  return (mode & S_IFMT) === S_IFDIR ? type : `${type}, ${size} bytes`;
}

function addressWords(address: unknown, names: Names): string {
  if (typeof address === "object" && address !== null && "port" in address && "address" in address) {
    const port = Number(address.port);
    return `${address.address}:${port === 0 ? 0 : names.nameOf("port", port)}`;
  }
  return show(address);
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return bytesWords(value);
  if (value instanceof Set) return `{${[...value].join(" ")}}`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
}

/** Runs of the same byte: "A×3 B×10". */
function bytesWords(bytes: Uint8Array): string {
  const runs: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    let end = at;
    while (end < bytes.length && bytes[end] === bytes[at]) end++;
    runs.push(`${bytes[at] >= 32 && bytes[at] < 127 ? String.fromCharCode(bytes[at]) : bits(bytes[at])}×${end - at}`);
    at = end;
  }
  if (runs.length > 12) runs.splice(6, runs.length - 12, "…");
  return runs.length === 0 ? "no bytes" : runs.join(" ");
}

/**
 * Which addresses a program may use. It runs on somebody's machine, so nothing of it may be reached from outside, and it reaches
 * nothing outside: only 127.0.0.0/8 and the run's own Unix-domain names.
 *
 * **A stand-in:** binding to 0.0.0.0 (also by listen without bind) binds to 127.0.0.1. A note of the run says so; the program itself
 * goes on as it was written, and so getsockname gives the 0.0.0.0 that it asked for. A datagram socket that sends without bind keeps
 * what the kernel chooses, 0.0.0.0 and a free port, but takes nothing that comes in from outside (SO_BINDTODEVICE).
 */
import { EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL, ENETUNREACH } from "../../../sys/errno";
import {
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  INADDR_ANY,
  INADDR_LOOPBACK,
  type InetAddress,
  type SocketAddress,
} from "../../../sys/socket";
import { fromReal, toReal } from "./paths";
import type { Run } from "./run";

function isDottedQuad(address: string): boolean {
  const parts = typeof address === "string" ? address.split(".") : [];
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function checkInet(run: Run, { address, port }: InetAddress): void {
  if (!isDottedQuad(address) || !Number.isInteger(port) || port < 0 || port > 65535) {
    run.note(`${address}:${port} is no address: it takes four numbers with dots between, and a port from 0 to 65,535.`);
    throw EINVAL;
  }
}

/** An abstract name is the whole machine's; the run's id in front keeps runs apart. */
function abstractName(run: Run, path: string): string {
  return `\0${run.id}/${path.slice(1)}`;
}

function unixToReal(run: Run, path: string): string {
  if (run.namesOfKernel.has(path)) return path;
  return path.startsWith("\0") ? abstractName(run, path) : toReal(path);
}

/** For connect, sendto and sendmsg. */
export function remoteToReal(run: Run, address: SocketAddress): SocketAddress {
  if ("path" in address) return { ...address, path: unixToReal(run, address.path) };
  if (!("address" in address)) return address;
  checkInet(run, address);
  if (address.address.startsWith("127.") || address.address === INADDR_ANY) return address;
  run.note(`${address.address} isn't this machine's loopback: programs on the linux kernel reach 127.0.0.0/8 only.`);
  throw ENETUNREACH;
}

/** For bind. */
export function localToReal(run: Run, address: SocketAddress): SocketAddress {
  if ("path" in address) return { ...address, path: unixToReal(run, address.path) };
  if (!("address" in address)) return address;
  checkInet(run, address);
  if (address.address.startsWith("127.")) return address;
  if (address.address === INADDR_ANY) {
    run.note("bind to 0.0.0.0 was made to 127.0.0.1 instead, so that nobody outside this machine can connect.");
    // bind takes AF_UNSPEC for AF_INET only with the address 0.0.0.0.
    return { ...address, family: address.family || AF_INET, address: INADDR_LOOPBACK };
  }
  run.note(
    `${address.address} isn't an address of this machine's loopback: bind on the linux kernel takes 127.0.0.0/8 only.`,
  );
  throw EADDRNOTAVAIL;
}

/** What the kernel gave, as the program knows it. */
export function addressFromReal(run: Run, address: SocketAddress | null): SocketAddress | null {
  if (address === null || !("path" in address)) return address;
  const prefix = `\0${run.id}/`;
  if (address.path.startsWith(prefix)) return { ...address, path: `\0${address.path.slice(prefix.length)}` };
  if (address.path.startsWith("\0")) run.namesOfKernel.add(address.path);
  return { ...address, path: fromReal(address.path) };
}

export function checkFamily(run: Run, domain: number): void {
  if (domain === AF_INET || domain === AF_UNIX || domain === AF_UNSPEC) return;
  run.note("The linux kernel of this course makes AF_INET and AF_UNIX sockets only.");
  throw EAFNOSUPPORT;
}

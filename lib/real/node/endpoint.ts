/**
 * Socket addresses, as the calls have them and as Node has them.
 *
 * Node's `host` and `port`, or `path`, are what sockaddr_in and sockaddr_un hold. This kernel stays on the loopback
 * interface: 0.0.0.0 ("every interface") is taken as 127.0.0.1, so that no program of a learner's is open to the network.
 */
import {
  AF_INET,
  AF_UNIX,
  AF_UNSPEC,
  EADDRNOTAVAIL,
  EAFNOSUPPORT,
  EINVAL,
  ENETUNREACH,
  ENOSYS,
  INADDR_ANY,
  INADDR_LOOPBACK,
  type InetAddress,
  type SocketAddress,
  type UnixAddress,
} from "../../sys";
import { nodeLimits } from "./limits";
import type { Machine } from "./machine";

export type Endpoint = InetAddress | UnixAddress;

export function isInet(address: SocketAddress): address is InetAddress {
  return "address" in address;
}

export function isUnix(address: SocketAddress): address is UnixAddress {
  return "path" in address;
}

/** Does connect(2) get this to dissolve an association? */
export function isUnspecified(address: SocketAddress): boolean {
  return address.family === AF_UNSPEC;
}

/** An IPv4 address, or the error that bind and connect give for something else. */
export function asInet(address: SocketAddress): InetAddress {
  // A sockaddr_un that is shorter than the 16 bytes of a sockaddr_in is refused for its length.
  if (!isInet(address)) throw isUnix(address) && address.path.length + 3 >= 16 ? EAFNOSUPPORT : EINVAL;
  if (address.family !== undefined && address.family !== AF_INET) throw EAFNOSUPPORT;
  const { port } = address;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw EINVAL;
  return address;
}

function onLoopback(address: string): boolean {
  return address === INADDR_ANY || address.startsWith("127.");
}

/** Where an address to be bound really is. */
export function localHost(machine: Machine, address: InetAddress): string {
  if (!onLoopback(address.address)) throw EADDRNOTAVAIL;
  if (address.address !== INADDR_ANY) return address.address;
  machine.note(nodeLimits.any.note);
  return INADDR_LOOPBACK;
}

/** Where an address to be connected to really is. */
export function remoteHost(machine: Machine, address: InetAddress): string {
  if (address.address === INADDR_ANY) return INADDR_LOOPBACK;
  if (onLoopback(address.address)) return address.address;
  machine.note(`${address.address}: this kernel reaches only the loopback interface, 127.0.0.0/8.`);
  throw ENETUNREACH;
}

/** Where a Unix-domain name really is: a file in the run's folder; on Windows a named pipe. */
export function socketPath(machine: Machine, address: SocketAddress): string {
  if (!isUnix(address)) throw EINVAL;
  if (address.path === "" || address.path.startsWith("\0")) {
    machine.note(nodeLimits.unixNames.note);
    throw ENOSYS;
  }
  const place = machine.path(address.path);
  return process.platform === "win32" ? `\\\\.\\pipe\\${place.replaceAll("\\", "-").replaceAll(":", "")}` : place;
}

/** The address of a socket that has none. */
export function noAddress(family: number): Endpoint {
  return family === AF_UNIX ? { family, path: "" } : { family, address: INADDR_ANY, port: 0 };
}

/**
 * What somebody who knows the calls would say to an error: the likely mistake, in one sentence behind errno's own words.
 *
 * An errno is one of a hundred words for everything that can go wrong, and the same one means different things for different
 * calls: EINVAL from `accept` is a forgotten `listen`. The error itself stays what every kernel says; the hint is only added to
 * its message.
 */
import { argumentFault } from "./arguments";
import type { SystemCallName } from "./calls";
import type { Errno } from "./errno";

type Hint = string | ((args: readonly unknown[]) => string | null);

const NOT_OPEN: Hint = ([fd]) => `descriptor ${fd} isn't open here: never opened, or closed already`;
const NOT_CONNECTED = "the socket has no peer: connect it first, or use the one that accept returned";
const NO_TASK = "there is no such process or thread, or no more";
const IN_USE: Hint = ([, address]) => `${shown(address)} is somebody's already; port 0 lets the system choose one`;
const OTHER_FAMILY = "the address is of another family than the socket, or its path is too long";

/** By call (or "*" for all), then by errno. */
const hints: Readonly<Record<string, Readonly<Record<string, Hint>>>> = {
  "*": {
    EBADF: NOT_OPEN,
    ENOTSOCK: ([fd]) => `descriptor ${fd} leads to no socket`,
    EMFILE: "this process has as many descriptors as it may: close those it no longer needs",
    EPIPE: "nobody can read at the other end any more",
    ENOTCONN: NOT_CONNECTED,
    EDESTADDRREQ: "a datagram needs an address: connect the socket, or use sendto",
    EAGAIN: "it would have to wait, and was asked not to (O_NONBLOCK, MSG_DONTWAIT, a time limit)",
    ESPIPE: "pipes and sockets have no places to go to: their bytes come once, in order",
  },
  read: {
    EISDIR: "a directory has no bytes to read",
    EBADF: ([fd]) => `descriptor ${fd} isn't open for reading`,
  },
  write: {
    EBADF: ([fd]) => `descriptor ${fd} isn't open for writing`,
  },
  accept: {
    EINVAL: "the socket doesn't listen: bind and listen come first",
    EOPNOTSUPP: "only a socket with connections (SOCK_STREAM) can accept",
  },
  listen: {
    EOPNOTSUPP: "only a socket with connections (SOCK_STREAM) can listen",
    EADDRINUSE: "somebody listens there already",
    EINVAL: "the socket is connected, or has no name (AF_UNIX): bind comes first",
  },
  bind: {
    EADDRINUSE: IN_USE,
    EADDRNOTAVAIL: ([, address]) => `${shown(address)} is no address of this machine`,
    EINVAL: "a socket can be bound once, to an address of its own family",
  },
  connect: {
    ECONNREFUSED: ([, address]) => `nobody listens at ${shown(address)}`,
    EISCONN: "it is connected already: a second connection takes a second socket",
    EINPROGRESS: "it goes on without you: wait until the socket is writable, then ask SO_ERROR",
    EALREADY: "it is still under way: wait until the socket is writable, then ask SO_ERROR",
    ENETUNREACH: ([, address]) => `no route leads to ${shown(address)}`,
    ETIMEDOUT: "nobody answered in all that time",
    EINVAL: OTHER_FAMILY,
    ENOENT: ([, address]) => `nobody has bound a socket to ${shown(address)}`,
  },
  send: {
    EMSGSIZE: "it is longer than one datagram can be",
  },
  sendto: {
    EMSGSIZE: "it is longer than one datagram can be",
    EISCONN: "the socket is connected, so the address is fixed: use send",
  },
  recv: {
    ECONNREFUSED: "what was sent before found nobody at that port",
  },
  open: {
    ENOENT: ([path]) => `there is no ${JSON.stringify(path)}; O_CREAT would make it`,
    EISDIR: "a directory can't be opened for writing",
  },
  epoll_ctl: {
    EPERM: "a file is always ready, so epoll refuses to watch it",
    EEXIST: "it is on the list already: EPOLL_CTL_MOD changes it",
    ENOENT: "it isn't on the list: EPOLL_CTL_ADD comes first",
  },
  socket: {
    EAFNOSUPPORT: "the first argument is the family: AF_INET or AF_UNIX",
    ESOCKTNOSUPPORT: "the second argument is the type: SOCK_STREAM, SOCK_DGRAM or SOCK_SEQPACKET",
    EPROTONOSUPPORT: "protocol 0 takes the one that belongs to the type",
    EINVAL: "the second argument is the type, with SOCK_NONBLOCK and SOCK_CLOEXEC if wanted",
  },
  shutdown: { EINVAL: "the second argument is SHUT_RD, SHUT_WR or SHUT_RDWR" },
  kill: { ESRCH: NO_TASK },
  pthread_kill: { ESRCH: NO_TASK },
  waitpid: { ECHILD: "there is no such child, or it was waited for already" },
};

/** Calls that are another one with more arguments. */
const relatives: Partial<Record<SystemCallName, string>> = {
  accept4: "accept",
  socketpair: "socket",
  sendmsg: "send",
  readv: "read",
  writev: "write",
  recvfrom: "recv",
  recvmsg: "recv",
};

/** One sentence for this failure, or null. */
export function hintFor(call: SystemCallName, { code }: Errno, args: readonly unknown[]): string | null {
  const fault = argumentFault(call, args);
  if (fault !== null) return fault;
  const hint = hints[relatives[call] ?? call]?.[code] ?? hints["*"][code];
  return typeof hint === "function" ? hint(args) : (hint ?? null);
}

function shown(address: unknown): string {
  if (typeof address !== "object" || address === null) return "this address";
  if ("address" in address && "port" in address) return `${address.address}:${address.port}`;
  return "path" in address ? JSON.stringify(address.path) : "this address";
}

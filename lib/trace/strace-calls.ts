/**
 * The arguments of each system call as strace writes them.
 *
 * strace prints what goes in when a call is entered, and what comes out when it returns; in between, other threads may have
 * their say (`<unfinished ...>`). So each call here is two pieces: what is known `before`, and what is known `after`.
 *
 * Names are those of the program (section 2 of the manual). Where glibc's wrapper uses another call, real strace shows that
 * one: openat for open, wait4 for waitpid, exit_group for exit, pread64, rt_sigaction, clone for fork, sendto for send.
 */
import {
  type BufferOrSize,
  CLOCK_REALTIME,
  concat,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  type EpollEvent,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETPIPE_SZ,
  F_SETFD,
  F_SETFL,
  F_SETPIPE_SZ,
  FIONBIO,
  FIONREAD,
  type MessageToSend,
  O_CREAT,
  type PollFd,
  type ProgramFunction,
  type ReceivedFrom,
  type ReceivedMessage,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
  SIG_BLOCK,
  SIG_SETMASK,
  SIG_UNBLOCK,
  SIOCOUTQ,
  type SigAction,
  type SocketAddress,
  type SocketOptionValue,
  type Stat,
  type SystemCallName,
  type SystemCallRecord,
  type SystemCalls,
  signalName,
  type Timespec,
  type Timeval,
  type WaitResult,
  WNOHANG,
} from "../sys";
import { optionName, optionValue } from "./strace-options";
import { sigaction, signalSet, waitStatus } from "./strace-signals";
import * as v from "./strace-values";

/** The two pieces; a comma belongs to the piece that the argument before it is in, as strace has it. */
export interface Pieces {
  before: string;
  after: string;
}

/** What a call's line is made of. `result` is undefined while it sleeps and when it failed. */
interface Context<Name extends SystemCallName> {
  args: Parameters<SystemCalls[Name]>;
  result: ReturnType<SystemCalls[Name]> | undefined;
  record: SystemCallRecord;
  limit: number;
}

type Formatters = { [Name in SystemCallName]: (call: Context<Name>) => Pieces };

const all = (...args: readonly (string | number)[]): Pieces => ({ before: args.join(", "), after: "" });
const split = (before: readonly (string | number)[], ...after: readonly (string | number)[]): Pieces => ({
  before: before.map((arg) => `${arg}, `).join(""),
  after: after.join(", "),
});

const sizeOf = (buffer: BufferOrSize) => (typeof buffer === "number" ? buffer : buffer.length);

const whences: v.Names = [
  [SEEK_SET, "SEEK_SET"],
  [SEEK_CUR, "SEEK_CUR"],
  [SEEK_END, "SEEK_END"],
];
const fcntlCommands: v.Names = [
  [F_DUPFD, "F_DUPFD"],
  [F_GETFD, "F_GETFD"],
  [F_SETFD, "F_SETFD"],
  [F_GETFL, "F_GETFL"],
  [F_SETFL, "F_SETFL"],
  [F_GETPIPE_SZ, "F_GETPIPE_SZ"],
  [F_SETPIPE_SZ, "F_SETPIPE_SZ"],
  [F_DUPFD_CLOEXEC, "F_DUPFD_CLOEXEC"],
];
const requests: v.Names = [
  [FIONREAD, "FIONREAD"],
  [FIONBIO, "FIONBIO"],
  [SIOCOUTQ, "SIOCOUTQ"],
];
const epollOperations: v.Names = [
  [EPOLL_CTL_ADD, "EPOLL_CTL_ADD"],
  [EPOLL_CTL_DEL, "EPOLL_CTL_DEL"],
  [EPOLL_CTL_MOD, "EPOLL_CTL_MOD"],
];
const maskOperations: v.Names = [
  [SIG_BLOCK, "SIG_BLOCK"],
  [SIG_UNBLOCK, "SIG_UNBLOCK"],
  [SIG_SETMASK, "SIG_SETMASK"],
];

const timespec = (time: Timespec) => `{tv_sec=${time.tv_sec}, tv_nsec=${time.tv_nsec}}`;
const timeval = (time: Timeval | null) => (time ? `{tv_sec=${time.tv_sec}, tv_usec=${time.tv_usec}}` : "NULL");
const pollFds = (fds: readonly PollFd[]) =>
  `[${fds.map(({ fd, events }) => (fd < 0 ? `{fd=${fd}}` : `{fd=${fd}, events=${v.pollEvents(events)}}`)).join(", ")}]`;

function readPieces(
  fd: number,
  data: Uint8Array | undefined,
  size: number,
  limit: number,
  ...rest: (string | number)[]
) {
  return split([fd], data ? v.quoted(data, limit) : v.POINTER, size, ...rest);
}

/** `[{iov_base="ab", iov_len=2}, …]`; on reading, `data` is laid over the sizes. */
function iovec(sizes: readonly number[], data: Uint8Array | null, limit: number): string {
  let at = 0;
  const parts = sizes.map((size) => {
    const base = data ? v.quoted(data.subarray(at, at + size), limit) : v.POINTER;
    at += size;
    return `{iov_base=${base}, iov_len=${size}}`;
  });
  return `[${parts.join(", ")}]`;
}

function messageHeader(name: SocketAddress | null | undefined, iov: string, length: number, flags: number): string {
  const { text, size } = v.address(name);
  const fields = [`msg_name=${text}`, `msg_namelen=${size}`, `msg_iov=${iov}`, `msg_iovlen=${length}`];
  return `{${[...fields, "msg_controllen=0", `msg_flags=${v.messageFlags(flags)}`].join(", ")}}`;
}

/** A record keeps the name of a program in its place. */
const nameOf = (program: ProgramFunction | string) =>
  (typeof program === "string" ? program : program.name) || "program";
const pair = (result: readonly [number, number] | undefined) => (result ? `[${result.join(", ")}]` : v.POINTER);
const filledAddress = (result: SocketAddress | undefined) =>
  result ? [v.address(result).text, `[${v.address(result).size}]`] : [v.POINTER, v.POINTER];

const formatters: Formatters = {
  open: ({ args: [path, flags, mode] }) =>
    all(v.quotedPath(path), v.openFlags(flags), ...(flags & O_CREAT ? [v.octal(mode ?? 0o666)] : [])),
  read: ({ args: [fd, buffer], result, limit }) => readPieces(fd, result, sizeOf(buffer), limit),
  write: ({ args: [fd, data], limit }) => all(fd, v.quoted(data, limit), data.length),
  readv: ({ args: [fd, iov], result, limit }) =>
    split([fd], iovec(iov.map(sizeOf), result ? concat(result) : null, limit), iov.length),
  writev: ({ args: [fd, iov], limit }) => all(fd, iovec(iov.map(sizeOf), concat(iov), limit), iov.length),
  pread: ({ args: [fd, buffer, offset], result, limit }) => readPieces(fd, result, sizeOf(buffer), limit, offset),
  pwrite: ({ args: [fd, data, offset], limit }) => all(fd, v.quoted(data, limit), data.length, offset),
  lseek: ({ args: [fd, offset, whence] }) => all(fd, offset, v.oneOf(whence, whences)),
  close: ({ args: [fd] }) => all(fd),
  dup: ({ args: [fd] }) => all(fd),
  dup2: ({ args }) => all(...args),
  dup3: ({ args: [oldfd, newfd, flags] }) => all(oldfd, newfd, v.creationFlags(flags)),
  pipe: ({ result }) => split([], pair(result)),
  pipe2: ({ args: [flags], result }) => split([], pair(result), v.creationFlags(flags)),
  fcntl: ({ args: [fd, command, argument = 0] }) => {
    const word = v.oneOf(command, fcntlCommands);
    if (command === F_SETFL) return all(fd, word, v.openFlags(argument));
    if (command === F_SETFD) return all(fd, word, v.descriptorFlags(argument));
    const takesNone = command === F_GETFD || command === F_GETFL || command === F_GETPIPE_SZ;
    return takesNone ? all(fd, word) : all(fd, word, argument);
  },
  ioctl: ({ args: [fd, request, argument = 0], result }) => {
    const word = v.oneOf(request, requests);
    if (request === FIONBIO) return all(fd, word, `[${argument}]`);
    return split([fd, word], result === undefined ? v.POINTER : `[${result}]`);
  },
  fstat: ({ args: [fd], result }) => split([fd], result ? v.stat(result as Stat) : v.POINTER),
  stat: ({ args: [path], result }) => split([v.quotedPath(path)], result ? v.stat(result as Stat) : v.POINTER),
  ftruncate: ({ args }) => all(...args),
  mkdir: ({ args: [path, mode = 0o777] }) => all(v.quotedPath(path), v.octal(mode)),
  rmdir: ({ args: [path] }) => all(v.quotedPath(path)),
  unlink: ({ args: [path] }) => all(v.quotedPath(path)),
  poll: ({ args: [fds, timeout] }) => all(pollFds(fds), fds.length, timeout),
  ppoll: ({ args: [fds, timeout, mask] }) =>
    all(pollFds(fds), fds.length, timeout ? timespec(timeout) : "NULL", mask ? signalSet(mask) : "NULL", 8),
  select: ({ args: [nfds, readfds, writefds, exceptfds, timeout] }) =>
    all(nfds, v.fdSet(readfds), v.fdSet(writefds), v.fdSet(exceptfds), timeval(timeout)),
  epoll_create1: ({ args: [flags] }) => all(v.creationFlags(flags).replace(/^O_/, "EPOLL_")),
  epoll_ctl: ({ args: [epfd, op, fd, event] }) =>
    all(epfd, v.oneOf(op, epollOperations), fd, event ? v.epollEvent(event) : "NULL"),
  epoll_wait: ({ args: [epfd, maxevents, timeout], result }) => {
    const events = result ? `[${(result as EpollEvent[]).map(v.epollEvent).join(", ")}]` : v.POINTER;
    return split([epfd], events, maxevents, timeout);
  },
  fork: () => all(),
  execve: ({ args: [program] }) => all(`"${nameOf(program)}"`),
  pthread_create: ({ args: [program] }) => all(nameOf(program)),
  pthread_join: ({ args: [tid] }) => all(tid),
  waitpid: ({ args: [pid, options], result }) => {
    const found = result as WaitResult | undefined;
    return split(
      [pid],
      found && found.pid > 0 ? waitStatus(found.status) : v.POINTER,
      v.flags(options, [[WNOHANG, "WNOHANG"]]),
    );
  },
  exit: ({ args: [status] }) => all(status),
  getpid: () => all(),
  getppid: () => all(),
  gettid: () => all(),
  kill: ({ args: [pid, signum] }) => all(pid, signum === 0 ? 0 : signalName(signum)),
  pthread_kill: ({ args: [tid, signum] }) => all(tid, signum === 0 ? 0 : signalName(signum)),
  sigaction: ({ args: [signum, action], result }) =>
    split(
      [signalName(signum), action ? sigaction(action) : "NULL"],
      result ? sigaction(result as SigAction) : v.POINTER,
    ),
  sigprocmask: ({ args: [how, set], result }) =>
    split(
      [v.oneOf(how, maskOperations), set ? signalSet(set) : "NULL"],
      result ? signalSet(result as number[]) : v.POINTER,
    ),
  pause: () => all(),
  alarm: ({ args: [seconds] }) => all(seconds),
  nanosleep: ({ args: [time], record }) => split([timespec(time)], record.error ? v.POINTER : "NULL"),
  clock_gettime: ({ args: [clock], result }) =>
    split(
      [clock === CLOCK_REALTIME ? "CLOCK_REALTIME" : "CLOCK_MONOTONIC"],
      result ? timespec(result as Timespec) : v.POINTER,
    ),
  setrlimit: ({ args: [, limit] }) => all("RLIMIT_NOFILE", `{rlim_cur=${limit}, rlim_max=${limit}}`),
  sched_yield: () => all(),
  socket: ({ args: [domain, type, protocol = 0] }) =>
    all(v.family(domain), v.socketType(type), v.protocol(domain, protocol)),
  socketpair: ({ args: [domain, type, protocol = 0], result }) =>
    split([v.family(domain), v.socketType(type), v.protocol(domain, protocol)], pair(result)),
  bind: ({ args: [fd, address] }) => all(fd, v.address(address).text, v.address(address).size),
  listen: ({ args }) => all(...args),
  accept: ({ args: [fd] }) => all(fd, "NULL", "NULL"),
  accept4: ({ args: [fd, flags] }) => all(fd, "NULL", "NULL", v.acceptFlags(flags)),
  connect: ({ args: [fd, address] }) => all(fd, v.address(address).text, v.address(address).size),
  shutdown: ({ args: [fd, how] }) => all(fd, v.shutdownHow(how)),
  getsockname: ({ args: [fd], result }) => split([fd], ...filledAddress(result)),
  getpeername: ({ args: [fd], result }) => split([fd], ...filledAddress(result)),
  getsockopt: ({ args: [fd, level, option], result }) => {
    const [levelWord, optionWord] = optionName(level, option);
    const value = result === undefined ? [v.POINTER, v.POINTER] : optionValue(optionWord, result as SocketOptionValue);
    const shown = result === undefined ? value : [value[0], `[${value[1]}]`];
    return split([fd, levelWord, optionWord], ...shown);
  },
  setsockopt: ({ args: [fd, level, option, value] }) => {
    const [levelWord, optionWord] = optionName(level, option);
    return all(fd, levelWord, optionWord, ...optionValue(optionWord, value));
  },
  send: ({ args: [fd, data, flags], limit }) => all(fd, v.quoted(data, limit), data.length, v.messageFlags(flags)),
  sendto: ({ args: [fd, data, flags, address], limit }) =>
    all(
      fd,
      v.quoted(data, limit),
      data.length,
      v.messageFlags(flags),
      v.address(address).text,
      v.address(address).size,
    ),
  sendmsg: ({ args: [fd, message, flags], limit }) => {
    const { iov, name } = message as MessageToSend;
    const parts = iovec(iov.map(sizeOf), concat(iov), limit);
    return all(fd, messageHeader(name, parts, iov.length, 0), v.messageFlags(flags));
  },
  recv: ({ args: [fd, buffer, flags], result, limit }) =>
    readPieces(fd, result, sizeOf(buffer), limit, v.messageFlags(flags)),
  recvfrom: ({ args: [fd, buffer, flags], result, limit }) => {
    const { data, address } = (result as ReceivedFrom | undefined) ?? { data: undefined, address: null };
    const from = address ? filledAddress(address) : ["NULL", "NULL"];
    return readPieces(fd, data, sizeOf(buffer), limit, v.messageFlags(flags), ...from);
  },
  recvmsg: ({ args: [fd, iov, flags], result, limit }) => {
    const message = result as ReceivedMessage | undefined;
    const parts = iovec(iov.map(sizeOf), message ? concat(message.iov) : null, limit);
    return split([fd], messageHeader(message?.name, parts, iov.length, message?.flags ?? 0), v.messageFlags(flags));
  },
};

/** The arguments of a recorded call in their two pieces. */
export function argumentPieces(record: SystemCallRecord, limit: number): Pieces {
  const result = record.error ? undefined : record.result;
  // The types hold for each name by itself; which name it is, is known only now.
  const format = formatters[record.name] as (call: object) => Pieces;
  return format({ args: record.args, result, record, limit });
}

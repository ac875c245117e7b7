/** The calls on descriptors and files: each finds the open file behind the number and asks it. */
import * as fs from "node:fs";
import {
  type BufferOrSize,
  concat,
  EBADF,
  EFAULT,
  EINVAL,
  ENXIO,
  EPOLL_CTL_DEL,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETPIPE_SZ,
  F_SETFD,
  F_SETFL,
  F_SETPIPE_SZ,
  FD_CLOEXEC,
  FIONBIO,
  FIONREAD,
  O_APPEND,
  O_CLOEXEC,
  O_NONBLOCK,
  SIOCOUTQ,
} from "../../sys";
import { NullDevice } from "./console";
import { Epoll } from "./epoll";
import { nodeLimits } from "./limits";
import { orErrno } from "./node-errors";
import type { OpenFile } from "./open-file";
import { makePipe, PipeEnd } from "./pipe";
import { poll, ppoll, select } from "./poll";
import { RegularFile, statOf } from "./regular-file";
import type { Calls } from "./system-calls";
import { TcpSocket } from "./tcp-socket";
import type { Thread } from "./thread";
import { forgetName, isSocketName, socketNameStat } from "./unix-name";

/** Set for every opened file on a 64-bit Linux, asked for or not: F_GETFL shows it. */
const O_LARGEFILE = 0o100000;

export function sizeOf(buffer: BufferOrSize): number {
  const size = typeof buffer === "number" ? buffer : buffer.length;
  if (!Number.isInteger(size) || size < 0) throw EINVAL;
  return size;
}

/** Puts what was read where the program wants it: into its buffer, if it gave one. */
export function deliver(data: Uint8Array, buffer: BufferOrSize): Uint8Array {
  if (typeof buffer === "number") return data;
  buffer.set(data);
  return buffer.subarray(0, data.length);
}

/** Spreads what was read over several buffers in turn; only those that got something are returned. */
export function scatter(data: Uint8Array, iov: readonly BufferOrSize[]): Uint8Array[] {
  let at = 0;
  return iov.flatMap((buffer) => {
    const part = data.slice(at, at + sizeOf(buffer));
    at += part.length;
    return part.length > 0 ? [deliver(part, buffer)] : [];
  });
}

export function totalOf(iov: readonly BufferOrSize[]): number {
  return iov.reduce<number>((sum, buffer) => sum + sizeOf(buffer), 0);
}

function readableFile(thread: Thread, fd: number): OpenFile {
  const file = thread.process.table.file(fd);
  if (!file.readable) throw EBADF;
  return file;
}

function writableFile(thread: Thread, fd: number): OpenFile {
  const file = thread.process.table.file(fd);
  if (!file.writable) throw EBADF;
  return file;
}

function duplicate(thread: Thread, oldfd: number, newfd: number, closeOnExec: boolean): number {
  const { table } = thread.process;
  table.replace(newfd, table.file(oldfd), closeOnExec);
  return newfd;
}

function pipe2(thread: Thread, flags: number): [number, number] {
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) throw EINVAL;
  const [readEnd, writeEnd] = makePipe(thread.machine, flags & O_NONBLOCK);
  return installBoth(thread, readEnd, writeEnd, (flags & O_CLOEXEC) !== 0);
}

export const fileCalls = {
  open(thread, path, flags, mode = 0o666) {
    const open = (flags & ~O_CLOEXEC) | O_LARGEFILE;
    const { machine } = thread;
    if (isSocketName(machine, path)) throw ENXIO;
    const file = path === "/dev/null" ? new NullDevice(machine, open) : new RegularFile(machine, path, open, mode);
    return thread.process.table.install(file, (flags & O_CLOEXEC) !== 0);
  },
  async read(thread, fd, buffer) {
    const file = readableFile(thread, fd);
    return deliver(await file.read(thread, sizeOf(buffer)), buffer);
  },
  write(thread, fd, data) {
    return writableFile(thread, fd).write(thread, data);
  },
  async readv(thread, fd, iov) {
    const file = readableFile(thread, fd);
    return scatter(await file.read(thread, totalOf(iov)), iov);
  },
  writev(thread, fd, iov) {
    return writableFile(thread, fd).write(thread, concat(iov));
  },
  pread(thread, fd, buffer, offset) {
    if (offset < 0) throw EINVAL;
    return deliver(readableFile(thread, fd).readAt(sizeOf(buffer), offset), buffer);
  },
  pwrite(thread, fd, data, offset) {
    if (offset < 0) throw EINVAL;
    return writableFile(thread, fd).writeAt(data, offset);
  },
  lseek(thread, fd, offset, whence) {
    return thread.process.table.file(fd).seek(offset, whence);
  },
  close(thread, fd) {
    thread.process.table.close(fd);
  },
  dup(thread, oldfd) {
    const { table } = thread.process;
    return table.install(table.file(oldfd));
  },
  dup2(thread, oldfd, newfd) {
    if (oldfd === newfd && thread.process.table.file(oldfd)) return newfd;
    return duplicate(thread, oldfd, newfd, false);
  },
  dup3(thread, oldfd, newfd, flags) {
    if (oldfd === newfd || flags & ~O_CLOEXEC) throw EINVAL;
    return duplicate(thread, oldfd, newfd, flags !== 0);
  },
  pipe: (thread) => pipe2(thread, 0),
  pipe2,
  fcntl(thread, fd, command, argument = 0) {
    const { table } = thread.process;
    const entry = table.entry(fd);
    switch (command) {
      case F_DUPFD:
      case F_DUPFD_CLOEXEC:
        return table.install(entry.file, command === F_DUPFD_CLOEXEC, argument);
      case F_GETFD:
        return entry.closeOnExec ? FD_CLOEXEC : 0;
      case F_SETFD:
        entry.closeOnExec = (argument & FD_CLOEXEC) !== 0;
        return 0;
      case F_GETFL:
        return entry.file.flags;
      case F_SETFL: {
        const changeable = O_NONBLOCK | O_APPEND;
        entry.file.flags = (entry.file.flags & ~changeable) | (argument & changeable);
        return 0;
      }
      case F_GETPIPE_SZ:
        if (entry.file instanceof PipeEnd) return entry.file.capacity;
        throw EBADF;
      case F_SETPIPE_SZ:
        thread.machine.note(nodeLimits.pipeSize.note);
        throw EINVAL;
      default:
        throw EINVAL;
    }
  },
  ioctl(thread, fd, request, argument = 0) {
    const file = thread.process.table.file(fd);
    if (request === FIONREAD) return file.available();
    if (request === FIONBIO) {
      file.flags = argument ? file.flags | O_NONBLOCK : file.flags & ~O_NONBLOCK;
      return 0;
    }
    if (request === SIOCOUTQ && file instanceof TcpSocket) {
      thread.machine.note(nodeLimits.sendBuffer.note);
    }
    throw EINVAL;
  },
  fstat(thread, fd) {
    return thread.process.table.file(fd).stat();
  },
  stat(thread, path) {
    const stat = statOf(orErrno(() => fs.statSync(thread.machine.path(path))));
    return isSocketName(thread.machine, path) ? socketNameStat(stat) : stat;
  },
  ftruncate(thread, fd, length) {
    if (length < 0) throw EINVAL;
    thread.process.table.file(fd).truncate(length);
  },
  mkdir(thread, path, mode = 0o777) {
    orErrno(() => fs.mkdirSync(thread.machine.path(path), mode & 0o777));
  },
  rmdir(thread, path) {
    orErrno(() => fs.rmdirSync(thread.machine.path(path)));
  },
  unlink(thread, path) {
    orErrno(() => fs.unlinkSync(thread.machine.path(path)));
    forgetName(thread.machine, path);
  },
  poll,
  ppoll,
  select,
  epoll_create1(thread, flags) {
    if (flags & ~O_CLOEXEC) throw EINVAL;
    return thread.process.table.install(new Epoll(thread.machine), flags !== 0);
  },
  epoll_ctl(thread, epfd, op, fd, event) {
    if (op !== EPOLL_CTL_DEL && event === undefined) throw EFAULT;
    const { table } = thread.process;
    const epoll = table.file(epfd);
    const file = table.file(fd);
    if (!(epoll instanceof Epoll)) throw EINVAL;
    epoll.control(op, fd, file, event);
  },
  epoll_wait(thread, epfd, maxevents, timeout) {
    const epoll = thread.process.table.file(epfd);
    if (!(epoll instanceof Epoll)) throw EINVAL;
    return epoll.wait(thread, maxevents, timeout);
  },
} satisfies Partial<Calls>;

/** Two numbers or none: when the second doesn't fit any more, the first is given back. */
export function installBoth(thread: Thread, one: OpenFile, other: OpenFile, closeOnExec: boolean): [number, number] {
  const { table } = thread.process;
  other.hold();
  const first = table.install(one, closeOnExec);
  try {
    return [first, table.install(other, closeOnExec)];
  } catch (error) {
    table.close(first);
    throw error;
  } finally {
    other.drop();
  }
}

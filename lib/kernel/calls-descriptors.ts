/**
 * The calls on descriptors themselves: copy one, give one back, change its flags, make a pipe.
 *
 * **Not modelled:** of fcntl: locks, leases, F_NOTIFY, seals, signals by SIGIO and SIGURG; of ioctl: whatever is for one kind of device. The
 * real machine shows a descriptor's flags and locks in /proc/<pid>/fdinfo/<fd>.
 *
 * Source: dup(2), close(2), pipe(2), fcntl(2), ioctl(2); fs/file.c, fs/fcntl.c.
 */
import { EBADF, EINVAL, ENOTTY, EPERM } from "../sys/errno";
import {
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
  O_RDONLY,
  O_WRONLY,
} from "../sys/fcntl";
import { Pipe, PipeEnd } from "./pipe";
import type { MaySleep } from "./sleep";
import type { Task } from "./task";

/** What F_SETFL may change; the access mode and the rest stay as they were opened. */
const SETTABLE = O_APPEND | O_NONBLOCK;
/** /proc/sys/fs/pipe-max-size; more needs privilege. */
const PIPE_MAX_SIZE = 1 << 20;

export function close(task: Task, fd: number): MaySleep<void> {
  const file = task.use(fd);
  const { object } = file;
  // The descriptor is free at once; what the last one of a socket may wait for is its peer (SO_LINGER).
  task.process.fds.remove(fd);
  if (object.kind === "socket" && file.referenceCount === 1) return object.linger(task) ?? undefined;
}

export function dup(task: Task, oldfd: number): number {
  const { fds, fdLimit } = task.process;
  return fds.install(fds.get(oldfd), fdLimit, false);
}

export function dup2(task: Task, oldfd: number, newfd: number): number {
  const file = task.process.fds.get(oldfd);
  if (newfd < 0 || newfd >= task.process.fdLimit) throw EBADF;
  if (oldfd !== newfd) task.process.fds.installAt(newfd, file, false);
  return newfd;
}

export function dup3(task: Task, oldfd: number, newfd: number, flags: number): number {
  if ((flags & ~O_CLOEXEC) !== 0 || oldfd === newfd) throw EINVAL;
  if (newfd < 0 || newfd >= task.process.fdLimit) throw EBADF;
  task.process.fds.installAt(newfd, task.process.fds.get(oldfd), flags !== 0);
  return newfd;
}

export function pipe(task: Task): [number, number] {
  return pipe2(task, 0);
}

export function pipe2(task: Task, flags: number): [number, number] {
  if ((flags & ~(O_NONBLOCK | O_CLOEXEC)) !== 0) throw EINVAL;
  const { kernel, process } = task;
  const made = new Pipe(kernel, kernel.nextNumber("pipe"));
  const status = flags & O_NONBLOCK;
  const reading = kernel.openFile(new PipeEnd(made, false), O_RDONLY | status);
  const writing = kernel.openFile(new PipeEnd(made, true), O_WRONLY | status);
  reading.hold();
  writing.hold();
  try {
    const closeOnExec = (flags & O_CLOEXEC) !== 0;
    const readFd = process.fds.install(reading, process.fdLimit, closeOnExec);
    try {
      return [readFd, process.fds.install(writing, process.fdLimit, closeOnExec)];
    } catch (error) {
      process.fds.remove(readFd);
      throw error;
    }
  } finally {
    reading.release();
    writing.release();
  }
}

export function fcntl(task: Task, fd: number, command: number, argument = 0): number {
  const { fds, fdLimit } = task.process;
  const file = fds.get(fd);
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      if (argument < 0 || argument >= fdLimit) throw EINVAL;
      return fds.install(file, fdLimit, command === F_DUPFD_CLOEXEC, argument);
    case F_GETFD:
      return fds.isCloseOnExec(fd) ? FD_CLOEXEC : 0;
    case F_SETFD:
      fds.setCloseOnExec(fd, (argument & FD_CLOEXEC) !== 0);
      return 0;
    case F_GETFL:
      return file.flags;
    case F_SETFL:
      file.setFlags((file.flags & ~SETTABLE) | (argument & SETTABLE));
      return 0;
    case F_GETPIPE_SZ:
      if (file.object.kind !== "pipe") throw EBADF;
      return file.object.pipe.capacity;
    case F_SETPIPE_SZ:
      if (file.object.kind !== "pipe") throw EBADF;
      if (argument > PIPE_MAX_SIZE) throw EPERM;
      return file.object.pipe.resize(argument);
    default:
      throw EINVAL;
  }
}

export function ioctl(task: Task, fd: number, request: number, argument = 0): number {
  const file = task.process.fds.get(fd);
  if (request === FIONBIO) {
    file.setFlags(argument === 0 ? file.flags & ~O_NONBLOCK : file.flags | O_NONBLOCK);
    return 0;
  }
  const { object } = file;
  if (object.kind === "socket") return object.ioctl(request);
  // ep_eventpoll_ioctl in fs/eventpoll.c knows requests of its own only.
  if (object.kind === "epoll") throw EINVAL;
  if (request !== FIONREAD) throw ENOTTY;
  if (object.kind === "pipe") return object.pipe.used;
  if (object.kind === "regular") return object.size - file.offset;
  if (object.kind === "device" && object.name === "tty") return task.kernel.input.length;
  throw ENOTTY;
}

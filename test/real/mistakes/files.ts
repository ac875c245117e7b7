/** Mistakes with descriptors, files, pipes and processes. */
import {
  bytes,
  sys as calls,
  EPOLL_CTL_ADD,
  EPOLL_CTL_MOD,
  EPOLLIN,
  O_CREAT,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  RLIMIT_NOFILE,
  SEEK_SET,
  SIGTERM,
  type Sys,
} from "../../../lib/sys";
import type { Mistakes } from "./mistakes";

/** What plain JavaScript lets through. */
const untyped = <Wanted>(value: unknown) => value as Wanted;

export const fileMistakes: Mistakes = {
  "reading from a descriptor that is closed": {
    *program(sys) {
      const fd = yield* sys.open("/notes.txt", O_RDONLY);
      yield* sys.close(fd);
      yield* sys.read(fd, 10);
    },
    ends: { syscall: "read", code: "EBADF", says: "descriptor 3 isn't open" },
  },
  "closing twice": {
    *program(sys) {
      const fd = yield* sys.open("/notes.txt", O_RDONLY);
      yield* sys.close(fd);
      yield* sys.close(fd);
    },
    ends: { syscall: "close", code: "EBADF", says: "closed already" },
  },
  "writing to the end of a pipe that is for reading": {
    *program(sys) {
      const [r] = yield* sys.pipe();
      yield* sys.write(r, bytes("x"));
    },
    ends: { syscall: "write", code: "EBADF", says: "isn't open for writing" },
  },
  "writing to a file that was opened for reading": {
    *program(sys) {
      const fd = yield* sys.open("/notes.txt", O_RDONLY);
      yield* sys.write(fd, bytes("x"));
    },
    ends: { syscall: "write", code: "EBADF", says: "isn't open for writing" },
  },
  "opening a file that isn't there, without O_CREAT": {
    *program(sys) {
      yield* sys.open("/note.txt", O_WRONLY);
    },
    ends: { syscall: "open", code: "ENOENT", says: "O_CREAT would make it" },
  },
  "opening a directory to write to it": {
    *program(sys) {
      yield* sys.open("/folder", O_RDWR);
    },
    ends: { syscall: "open", code: "EISDIR", says: "a directory can't be opened for writing" },
  },
  "the mode of fopen instead of flags": {
    *program(sys) {
      yield* sys.open("/notes.txt", untyped<number>("r"));
    },
    ends: { syscall: "open", code: "EINVAL", says: 'its argument flags must be a whole number; it is "r"' },
  },
  "text instead of bytes": {
    *program(sys) {
      yield* sys.write(1, untyped<Uint8Array>("hello\n"));
    },
    ends: { syscall: "write", code: "EFAULT", says: 'text becomes bytes by bytes("…")' },
  },
  "read without a size": {
    *program(sys) {
      const fd = yield* sys.open("/notes.txt", O_RDONLY);
      yield* sys.read(fd, untyped<number>(undefined));
    },
    ends: {
      syscall: "read",
      code: "EFAULT",
      says: "its argument buffer must be a size in bytes, or a Uint8Array to be filled; it is missing",
    },
  },
  "a descriptor that was never opened, because yield* is missing": {
    *program(sys) {
      const fd = sys.open("/notes.txt", O_RDONLY);
      yield* sys.read(untyped<number>(fd), 10);
    },
    ends: { syscall: "read", code: "EBADF", says: "its argument fd must be a descriptor" },
  },
  "the call of the child instead of the child": {
    *program(sys) {
      const child = function* (own: Sys) {
        yield* own.exit(0);
      };
      yield* sys.fork(untyped<typeof child>(child(calls)));
    },
    ends: { syscall: "fork", code: "EFAULT", says: "the program itself, a function*" },
  },
  "going back in a pipe": {
    *program(sys) {
      const [r] = yield* sys.pipe();
      yield* sys.lseek(r, 0, SEEK_SET);
    },
    ends: { syscall: "lseek", code: "ESPIPE", says: "have no places to go to" },
  },
  "nonblocking, and not ready for EAGAIN": {
    *program(sys) {
      const [r] = yield* sys.pipe2(O_NONBLOCK);
      yield* sys.read(r, 10);
    },
    ends: { syscall: "read", code: "EAGAIN", says: "it would have to wait" },
  },
  "descriptors that are never closed": {
    *program(sys) {
      yield* sys.setrlimit(RLIMIT_NOFILE, 8);
      for (;;) yield* sys.open("/notes.txt", O_RDONLY);
    },
    ends: { syscall: "open", code: "EMFILE", says: "close those it no longer needs" },
  },
  "waiting for a child twice": {
    *program(sys) {
      const pid = yield* sys.fork(function* () {});
      yield* sys.waitpid(pid, 0);
      yield* sys.waitpid(pid, 0);
    },
    ends: { syscall: "waitpid", code: "ECHILD", says: "waited for already" },
  },
  "a signal to a process that is gone": {
    *program(sys) {
      const pid = yield* sys.fork(function* () {});
      yield* sys.waitpid(pid, 0);
      yield* sys.kill(pid, SIGTERM);
    },
    ends: { syscall: "kill", code: "ESRCH", says: "there is no such process" },
  },
  "epoll on a file": {
    *program(sys) {
      const epfd = yield* sys.epoll_create1(0);
      const fd = yield* sys.open("/notes.txt", O_RDONLY);
      yield* sys.epoll_ctl(epfd, EPOLL_CTL_ADD, fd, { events: EPOLLIN, data: fd });
    },
    ends: { syscall: "epoll_ctl", code: "EPERM", says: "a file is always ready" },
  },
  "changing what epoll doesn't watch yet": {
    *program(sys) {
      const epfd = yield* sys.epoll_create1(0);
      const [r] = yield* sys.pipe();
      yield* sys.epoll_ctl(epfd, EPOLL_CTL_MOD, r, { events: EPOLLIN, data: r });
    },
    ends: { syscall: "epoll_ctl", code: "ENOENT", says: "EPOLL_CTL_ADD comes first" },
  },
  "a folder for a file that doesn't exist": {
    *program(sys) {
      yield* sys.open("/missing/file", O_WRONLY | O_CREAT, 0o644);
    },
    ends: { syscall: "open", code: "ENOENT", says: '"/missing/file"' },
  },
};

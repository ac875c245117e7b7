/**
 * What is left out of the model on purpose, as programs that show the difference: each gives one thing on the model and another
 * on Linux. If one of them agrees some day, the item has no business on its list any more.
 */
import {
  AF_INET,
  AF_UNIX,
  CLOCK_MONOTONIC,
  O_RDONLY,
  O_RDWR,
  type Program,
  SEEK_END,
  SEEK_SET,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TCP,
  type Sys,
  WEXITSTATUS,
} from "fd3";
import { attempt } from "../programs/program";

export interface Difference {
  readonly program: (sys: Sys) => Program;
  /** What it returns on the model. */
  readonly onModel: unknown;
  /** And on Linux; a function where that depends on the machine. It must never be what the model says. */
  readonly onLinux: unknown;
}

/** Depends on how the machine is set up, on who runs the program, or on the version of Linux. */
export const SOMETHING_ELSE = Symbol("something else");

export const files = { "/file": "hello" };

// Numbers that lib/sys doesn't have, because nothing here uses them.
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const F_GETLK = 5;
const F_GETLEASE = 1025;
const O_DIRECT = 0o40000;
const O_PATH = 0o10000000;
const O_TMPFILE = 0o20200000;
const SO_BINDTODEVICE = 25;
const SO_PEEK_OFF = 42;
const SO_ATTACH_FILTER = 26;
const TCP_FASTOPEN = 23;
const TCP_SAVE_SYN = 27;
const TCP_REPAIR = 19;
const TCP_ULP = 31;
const SOL_UDP = 17;
const UDP_SEGMENT = 103;
const UDP_GRO = 104;
const IPPROTO_ICMP = 1;
const SOCK_RAW = 3;
const CLOCK_PROCESS_CPUTIME_ID = 2;

/** "works", or the code of the error. */
function* works(call: Program): Program<string> {
  const outcome = yield* attempt(call);
  return typeof outcome === "string" && /^E[A-Z0-9]+$/.test(outcome) ? outcome : "works";
}

/** An option that the model doesn't know. */
const option = (type: number, family: number, level: number, name: number): Difference => ({
  *program(sys) {
    const fd = yield* sys.socket(family, type);
    return yield* works(sys.getsockopt(fd, level, name));
  },
  onModel: "ENOPROTOOPT",
  onLinux: "works",
});

/** A socket that the model doesn't make, and Linux makes for those who may. */
const kind = (type: number, protocol: number): Difference => ({
  *program(sys) {
    return yield* works(sys.socket(AF_INET, type, protocol));
  },
  onModel: "EPROTONOSUPPORT",
  onLinux: SOMETHING_ELSE,
});

export const differences: Readonly<Record<string, Difference>> = {
  "lseek with SEEK_DATA": {
    *program(sys) {
      return yield* attempt(sys.lseek(yield* sys.open("/file", O_RDWR), 0, SEEK_DATA));
    },
    onModel: "EINVAL",
    onLinux: 0,
  },
  "lseek with SEEK_HOLE": {
    *program(sys) {
      return yield* attempt(sys.lseek(yield* sys.open("/file", O_RDWR), 0, SEEK_HOLE));
    },
    onModel: "EINVAL",
    onLinux: 5,
  },
  "lseek from the end of a directory": {
    *program(sys) {
      const fd = yield* sys.open("/", O_RDONLY);
      yield* sys.lseek(fd, 0, SEEK_SET);
      return yield* works(sys.lseek(fd, 0, SEEK_END));
    },
    onModel: "EINVAL",
    // What a place in a directory is, is the file system's own affair.
    onLinux: SOMETHING_ELSE,
  },
  "asking for a lock": {
    *program(sys) {
      return yield* works(sys.fcntl(yield* sys.open("/file", O_RDWR), F_GETLK, 0));
    },
    onModel: "EINVAL",
    // A lock is looked for where the number 0 points to: nowhere.
    onLinux: "EFAULT",
  },
  "asking for a lease": {
    *program(sys) {
      return yield* works(sys.fcntl(yield* sys.open("/file", O_RDWR), F_GETLEASE));
    },
    onModel: "EINVAL",
    onLinux: "works",
  },
  "a pipe of packets": {
    *program(sys) {
      return yield* works(sys.pipe2(O_DIRECT));
    },
    onModel: "EINVAL",
    onLinux: "works",
  },
  "reading what was opened with O_PATH": {
    *program(sys) {
      return yield* works(sys.read(yield* sys.open("/file", O_PATH), 1));
    },
    onModel: "works",
    onLinux: "EBADF",
  },
  "a file without a name, by O_TMPFILE": {
    *program(sys) {
      return yield* works(sys.open("/", O_TMPFILE | O_RDWR, 0o600));
    },
    onModel: "EISDIR",
    // Not every file system can do it.
    onLinux: SOMETHING_ELSE,
  },
  "a device that the model hasn't": {
    *program(sys) {
      return yield* works(sys.open("/dev/full", O_RDWR));
    },
    onModel: "ENOENT",
    onLinux: "works",
  },
  "computing takes no time": {
    *program(sys) {
      const before = yield* sys.clock_gettime(CLOCK_MONOTONIC);
      let sum = 0;
      for (let i = 0; i < 5_000_000; i++) sum += i % 7;
      const after = yield* sys.clock_gettime(CLOCK_MONOTONIC);
      const passed = (after.tv_sec - before.tv_sec) * 1e9 + after.tv_nsec - before.tv_nsec;
      return sum > 0 && passed > 1_000_000 ? "more than a millisecond" : "no time";
    },
    onModel: "no time",
    onLinux: "more than a millisecond",
  },
  "the clock of the time that a process has computed": {
    *program(sys) {
      return yield* works(sys.clock_gettime(CLOCK_PROCESS_CPUTIME_ID));
    },
    onModel: "EINVAL",
    onLinux: "works",
  },
  "an option: SO_PEEK_OFF": option(SOCK_STREAM, AF_UNIX, SOL_SOCKET, SO_PEEK_OFF),
  "an option: SO_BINDTODEVICE": option(SOCK_STREAM, AF_INET, SOL_SOCKET, SO_BINDTODEVICE),
  "an option: a filter": option(SOCK_DGRAM, AF_INET, SOL_SOCKET, SO_ATTACH_FILTER),
  "an option: TCP_FASTOPEN": option(SOCK_STREAM, AF_INET, SOL_TCP, TCP_FASTOPEN),
  "an option: TCP_SAVE_SYN": option(SOCK_STREAM, AF_INET, SOL_TCP, TCP_SAVE_SYN),
  "an option: TCP_REPAIR": option(SOCK_STREAM, AF_INET, SOL_TCP, TCP_REPAIR),
  "an option: TCP_ULP": option(SOCK_STREAM, AF_INET, SOL_TCP, TCP_ULP),
  "UDP cut into segments": {
    *program(sys) {
      return yield* works(sys.setsockopt(yield* sys.socket(AF_INET, SOCK_DGRAM), SOL_UDP, UDP_SEGMENT, 500));
    },
    onModel: "ENOPROTOOPT",
    onLinux: "works",
  },
  "UDP put together": {
    *program(sys) {
      return yield* works(sys.setsockopt(yield* sys.socket(AF_INET, SOCK_DGRAM), SOL_UDP, UDP_GRO, 1));
    },
    onModel: "ENOPROTOOPT",
    onLinux: "works",
  },
  "a raw socket": kind(SOCK_RAW, IPPROTO_ICMP),
  "execve in a thread: is it the main one now?": {
    *program(sys) {
      const child = yield* sys.fork(function* several(s) {
        yield* s.pthread_create(function* second(t) {
          yield* t.execve(function* image(u) {
            yield* u.exit((yield* u.gettid()) === (yield* u.getpid()) ? 1 : 0);
          });
        });
        yield* s.pause();
      });
      return WEXITSTATUS((yield* sys.waitpid(child, 0)).status);
    },
    onModel: 0,
    onLinux: 1,
  },
};

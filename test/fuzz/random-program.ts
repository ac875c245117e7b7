/**
 * A random program: calls on descriptors that mostly exist, with arguments that are mostly sensible.
 *
 * Everything is nonblocking, so one process is enough and nothing can hang. What it did is a list of plain values, which two
 * kernels must agree on.
 */
import {
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETPIPE_SZ,
  FIONREAD,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_EXCL,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  type PollFd,
  type Program,
  Random,
  type Request,
  SIG_IGN,
  SIGPIPE,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type Sys,
  SystemError,
} from "fd3";

/** One call of a random program. */
export interface Step {
  readonly name: keyof Sys;
  readonly args: readonly unknown[];
}

export const files = { "/d/a": "hello world", "/d/sub/c": "x".repeat(6000) };

const PATHS = ["/d/a", "/d/b", "/d/sub/c", "/d", "/d/sub", "/d/none/x", "/d/a/"];
const SIZES = [0, 1, 3, 10, 100, 4096, 5000, 70_000];

/** `length` steps; the same for the same seed. */
export function randomSteps(seed: number, length: number): Step[] {
  const random = new Random(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)];
  const fd = () => 3 + random.below(9);
  const data = () => new Uint8Array(pick(SIZES)).fill(65 + random.below(20));
  const place = () => pick([0, 3, 5000, -1]);
  const entry = () => ({ fd: fd(), events: pick([0, 0x1, 0x4, 0x5, 0x2001, 0x145]) });
  const access = () => pick([O_RDONLY, O_WRONLY, O_RDWR]);
  const creation = () => pick([0, 0, O_CREAT, O_CREAT | O_EXCL]);
  const status = () => pick([0, 0, O_TRUNC, O_APPEND, O_CLOEXEC, O_NONBLOCK]);
  const socketType = () => pick([SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) | SOCK_NONBLOCK;
  /** Each kind of step, as often as its weight says. */
  const kinds: readonly [weight: number, make: () => Step][] = [
    [4, () => ({ name: "open", args: [pick(PATHS), access() | creation() | status(), 0o644] })],
    [2, () => ({ name: "pipe2", args: [O_NONBLOCK] })],
    [2, () => ({ name: "socketpair", args: [1, socketType()] })],
    [4, () => ({ name: "read", args: [fd(), pick(SIZES)] })],
    [4, () => ({ name: "write", args: [fd(), data()] })],
    // SEEK_END differs from file system to file system on directories, so it is left out.
    [1, () => ({ name: "lseek", args: [fd(), pick([0, 5, -3, 100]), pick([0, 1, 5])] })],
    [2, () => ({ name: "dup", args: [fd()] })],
    [1, () => ({ name: "dup2", args: [fd(), fd()] })],
    [2, () => ({ name: "close", args: [fd()] })],
    [2, () => ({ name: "poll", args: [[entry(), entry(), entry(), entry()], 0] })],
    [
      1,
      () => ({
        name: "fcntl",
        args: [fd(), pick([F_DUPFD, F_GETFD, F_GETFL, F_DUPFD_CLOEXEC, F_GETPIPE_SZ]), pick([0, 3, 8])],
      }),
    ],
    [1, () => ({ name: "ioctl", args: [fd(), FIONREAD] })],
    [1, () => ({ name: "pread", args: [fd(), pick(SIZES), place()] })],
    [1, () => ({ name: "pwrite", args: [fd(), data(), place()] })],
    [1, () => ({ name: "ftruncate", args: [fd(), place()] })],
    [1, () => ({ name: "shutdown", args: [fd(), pick([0, 1, 2, 7])] })],
    [1, () => ({ name: "send", args: [fd(), data(), pick([0, MSG_DONTWAIT]) | MSG_NOSIGNAL] })],
    [1, () => ({ name: "recv", args: [fd(), pick(SIZES), pick([0, MSG_PEEK, MSG_DONTWAIT, MSG_TRUNC, MSG_WAITALL])] })],
    [1, () => ({ name: pick(["mkdir", "rmdir", "unlink"] as const), args: [pick([...PATHS, "/d/sub2"])] })],
    [
      1,
      () => ({ name: "select", args: [20, new Set([fd(), fd()]), new Set([fd()]), null, { tv_sec: 0, tv_usec: 0 }] }),
    ],
  ];
  const wheel = kinds.flatMap(([weight, make]) => Array<() => Step>(weight).fill(make));
  return Array.from({ length }, () => pick(wheel)());
}

type AnyCall = (...args: unknown[]) => Generator<Request, unknown, unknown>;

/** The program that makes these steps, and returns one plain value for each. */
export function programOf(steps: readonly Step[]) {
  return function* random(sys: Sys): Program<unknown[]> {
    yield* sys.sigaction(SIGPIPE, { handler: SIG_IGN });
    const outcomes: unknown[] = [];
    for (const { name, args } of steps) {
      // Calls may fill their arguments, and the steps are used again.
      const own = structuredClone(args) as unknown[];
      try {
        outcomes.push(plain(name, own, yield* (sys[name] as unknown as AnyCall)(...own)));
      } catch (error) {
        outcomes.push(error instanceof SystemError ? error.code : String(error));
      }
    }
    return outcomes;
  };
}

function plain(name: string, args: readonly unknown[], result: unknown): unknown {
  if (result instanceof Uint8Array) return `${result.length} bytes: ${result[0]} … ${result.at(-1)}`;
  if (name === "poll") return [result, (args[0] as PollFd[]).map(({ revents }) => revents)];
  if (name === "select") return [result, [...(args[1] as Set<number>)], [...(args[2] as Set<number>)]];
  return result ?? null;
}

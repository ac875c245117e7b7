/**
 * What each call takes, and what is wrong with arguments that aren't that.
 *
 * In C the compiler sees to most of it, and what it can't see (a pointer to nowhere) fails in the kernel with EFAULT. Here the
 * types do the same as long as a program is checked; a program in plain JavaScript may pass anything. Every kernel asks here
 * first, so that a wrong argument is the same error on all of them, and never a crash inside one.
 *
 * Source: EFAULT, EBADF and EINVAL in errno(3); parameters as in calls.ts.
 */
import type { SystemCallName } from "./calls";
import { readDottedQuad } from "./dotted-quad";
import { EBADF, EFAULT, EINVAL, type Errno } from "./errno";

/** What a parameter must be, the error when it isn't, and the same in words. */
interface Kind {
  readonly accepts: (value: unknown) => boolean;
  readonly errno: Errno | ((value: unknown) => Errno);
  readonly words: string;
}

const isWhole = (value: unknown): boolean => (value as number) === ((value as number) | 0) || Number.isInteger(value);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
/** Also true for what comes from another realm, as a notebook's cells may be. */
const isA = (tag: string) => (value: unknown) => Object.prototype.toString.call(value) === `[object ${tag}]`;
const isBytes = (value: unknown): boolean => value instanceof Uint8Array || isA("Uint8Array")(value);
const isBuffer = (value: unknown): boolean => (Number.isInteger(value) && (value as number) >= 0) || isBytes(value);
const errnoOfBuffer = (value: unknown): Errno => (typeof value === "number" ? EINVAL : EFAULT);
const isListOf = (accepts: Kind["accepts"]) => (value: unknown) => Array.isArray(value) && value.every(accepts);
const isTime = (part: string) => (value: unknown) =>
  isObject(value) && Number.isInteger(value.tv_sec) && Number.isInteger(value[part]);
const isEvent = (value: unknown): boolean => isObject(value) && Number.isInteger(value.events);
const isAddress = (value: unknown): boolean =>
  isObject(value) &&
  (typeof value.path === "string" ||
    (typeof value.address === "string" && Number.isInteger(value.port)) ||
    Number.isInteger(value.family));
/** Four numbers with dots between, and a port of 16 bits; names of families and paths are for the kernel to judge. */
const isWellFormed = (value: unknown): boolean => {
  if (!isAddress(value)) return false;
  const { address, port } = value as Record<string, unknown>;
  if (typeof address !== "string" || typeof port !== "number") return true;
  return readDottedQuad(address) !== null && port >= 0 && port <= 65_535;
};
const errnoOfAddress = (value: unknown): Errno => (isAddress(value) ? EINVAL : EFAULT);
const isAction = (value: unknown): boolean =>
  isObject(value) && (typeof value.handler === "function" || Number.isInteger(value.handler));
const isOption = (value: unknown): boolean =>
  typeof value === "string" ||
  Number.isInteger(value) ||
  isBytes(value) ||
  (isObject(value) && (Number.isInteger(value.l_onoff) || Number.isInteger(value.tv_sec)));
const isMessage = (value: unknown): boolean =>
  isObject(value) && isListOf(isBytes)(value.iov) && (value.name == null || isWellFormed(value.name));
const orNull = (accepts: Kind["accepts"]) => (value: unknown) => value === null || accepts(value);

const BYTES = 'bytes, a Uint8Array; text becomes bytes by bytes("…")';
const BUFFER = "a size in bytes, or a Uint8Array to be filled";
const ADDRESS =
  '{ address: "127.0.0.1", port: 7 }, four numbers with dots and a port up to 65,535, or { path: "/tmp/name" }';

const kinds = {
  fd: {
    accepts: Number.isInteger,
    errno: EBADF,
    words: "a descriptor, the number that open, socket or accept returned",
  },
  int: { accepts: isWhole, errno: EINVAL, words: "a whole number" },
  path: { accepts: (value) => typeof value === "string", errno: EFAULT, words: "a path, as text" },
  bytes: { accepts: isBytes, errno: EFAULT, words: BYTES },
  bytesList: { accepts: isListOf(isBytes), errno: EFAULT, words: `a list of ${BYTES}` },
  buffer: { accepts: isBuffer, errno: errnoOfBuffer, words: BUFFER },
  buffers: { accepts: isListOf(isBuffer), errno: EFAULT, words: `a list; each is ${BUFFER}` },
  program: {
    accepts: (value) => typeof value === "function",
    errno: EFAULT,
    words: "the program itself, a function*, not what calling it gives",
  },
  pollFds: {
    accepts: isListOf((entry) => isEvent(entry) && Number.isInteger((entry as { fd: unknown }).fd)),
    errno: EFAULT,
    words: "a list of { fd, events }",
  },
  set: { accepts: orNull(isA("Set")), errno: EFAULT, words: "a Set of descriptors, or null" },
  timespec: { accepts: isTime("tv_nsec"), errno: EFAULT, words: "{ tv_sec, tv_nsec }, for example milliseconds(10)" },
  timespecOrNull: { accepts: orNull(isTime("tv_nsec")), errno: EFAULT, words: "{ tv_sec, tv_nsec } or null" },
  timevalOrNull: { accepts: orNull(isTime("tv_usec")), errno: EFAULT, words: "{ tv_sec, tv_usec } or null" },
  event: { accepts: isEvent, errno: EFAULT, words: "{ events, data }" },
  signals: { accepts: orNull(isListOf(Number.isInteger)), errno: EFAULT, words: "a list of signal numbers, or null" },
  action: { accepts: orNull(isAction), errno: EFAULT, words: "{ handler: function* (signum) { … } }, or null" },
  address: { accepts: isWellFormed, errno: errnoOfAddress, words: ADDRESS },
  addressOrNull: { accepts: orNull(isWellFormed), errno: errnoOfAddress, words: `${ADDRESS}, or null` },
  option: {
    accepts: isOption,
    errno: EFAULT,
    words: "a whole number, text, { l_onoff, l_linger }, { tv_sec, tv_usec } or bytes",
  },
  message: {
    accepts: isMessage,
    errno: (value) => (isObject(value) && isListOf(isBytes)(value.iov) ? errnoOfAddress(value.name) : EFAULT),
    words: "{ iov, name }: a list of bytes, and where to",
  },
} satisfies Record<string, Kind>;

/** The parameters of each call as `name:kind`, with a `?` behind the name where it may be left out. */
const parameters: Record<SystemCallName, string> = {
  open: "path:path flags:int mode?:int",
  read: "fd:fd buffer:buffer",
  write: "fd:fd data:bytes",
  readv: "fd:fd iov:buffers",
  writev: "fd:fd iov:bytesList",
  pread: "fd:fd buffer:buffer offset:int",
  pwrite: "fd:fd data:bytes offset:int",
  lseek: "fd:fd offset:int whence:int",
  close: "fd:fd",
  dup: "oldfd:fd",
  dup2: "oldfd:fd newfd:fd",
  dup3: "oldfd:fd newfd:fd flags:int",
  pipe: "",
  pipe2: "flags:int",
  fcntl: "fd:fd command:int argument?:int",
  ioctl: "fd:fd request:int argument?:int",
  fstat: "fd:fd",
  stat: "path:path",
  ftruncate: "fd:fd length:int",
  mkdir: "path:path mode?:int",
  rmdir: "path:path",
  unlink: "path:path",
  poll: "fds:pollFds timeout:int",
  ppoll: "fds:pollFds timeout:timespecOrNull sigmask:signals",
  select: "nfds:int readfds:set writefds:set exceptfds:set timeout:timevalOrNull",
  epoll_create1: "flags:int",
  epoll_ctl: "epfd:fd op:int fd:fd event?:event",
  epoll_wait: "epfd:fd maxevents:int timeout:int",
  fork: "child:program",
  execve: "program:program",
  pthread_create: "thread:program",
  pthread_join: "tid:int",
  waitpid: "pid:int options:int",
  exit: "status:int",
  getpid: "",
  getppid: "",
  gettid: "",
  kill: "pid:int signum:int",
  pthread_kill: "tid:int signum:int",
  sigaction: "signum:int action:action",
  sigprocmask: "how:int set:signals",
  pause: "",
  alarm: "seconds:int",
  nanosleep: "time:timespec",
  clock_gettime: "clock:int",
  setrlimit: "resource:int limit:int",
  sched_yield: "",
  socket: "domain:int type:int protocol?:int",
  socketpair: "domain:int type:int protocol?:int",
  bind: "fd:fd address:address",
  listen: "fd:fd backlog:int",
  accept: "fd:fd",
  accept4: "fd:fd flags:int",
  connect: "fd:fd address:address",
  shutdown: "fd:fd how:int",
  getsockname: "fd:fd",
  getpeername: "fd:fd",
  getsockopt: "fd:fd level:int option:int size?:int",
  setsockopt: "fd:fd level:int option:int value:option",
  send: "fd:fd data:bytes flags:int",
  sendto: "fd:fd data:bytes flags:int address:addressOrNull",
  sendmsg: "fd:fd message:message flags:int",
  recv: "fd:fd buffer:buffer flags:int",
  recvfrom: "fd:fd buffer:buffer flags:int",
  recvmsg: "fd:fd iov:buffers flags:int",
};

interface Parameter {
  readonly name: string;
  readonly kind: Kind;
  readonly accepts: Kind["accepts"];
}

/** What one call takes, in order. */
export type ParameterList = readonly Parameter[];

const NONE: ParameterList = [];
const parsed = Object.fromEntries(
  Object.entries(parameters).map(([call, list]) => [call, list.split(" ").filter(Boolean).map(parse)]),
) as Record<string, ParameterList | undefined>;

function parse(parameter: string): Parameter {
  const [name, kindName] = parameter.split(":");
  const kind: Kind = kinds[kindName as keyof typeof kinds];
  if (!name.endsWith("?")) return { name, kind, accepts: kind.accepts };
  return { name: name.slice(0, -1), kind, accepts: (value) => value === undefined || kind.accepts(value) };
}

/** What this call takes. */
export function parametersOf(call: SystemCallName): ParameterList {
  return parsed[call] ?? NONE;
}

/** The position of the first argument that isn't what the call takes; -1 when all are. Runs at every call of the model. */
function firstWrong(list: ParameterList, args: readonly unknown[]): number {
  for (let i = 0; i < list.length; i++) if (!list[i].accepts(args[i])) return i;
  return -1;
}

/** The error of a call with arguments of the wrong kind: EBADF, EINVAL or EFAULT; null when all are of the right kind. */
export function argumentError(list: ParameterList, args: readonly unknown[]): Errno | null {
  const wrong = firstWrong(list, args);
  if (wrong < 0) return null;
  const { errno } = list[wrong].kind;
  return typeof errno === "function" ? errno(args[wrong]) : errno;
}

/** What is wrong with the arguments, as a sentence; null when all are of the right kind. */
export function argumentFault(call: SystemCallName, args: readonly unknown[]): string | null {
  const list = parametersOf(call);
  const wrong = firstWrong(list, args);
  if (wrong < 0) return null;
  const { name, kind } = list[wrong];
  const given = shown(args[wrong]);
  return `its argument ${name} must be ${kind.words}${given === null ? "" : `; it is ${given}`}`;
}

/** The value in a few characters; null when it takes more. */
function shown(value: unknown): string | null {
  if (value === undefined) return "missing";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 30));
  if (typeof value === "number" || value === null) return String(value);
  if (isObject(value) && "address" in value && "port" in value) return `${value.address}:${value.port}`;
  return null;
}

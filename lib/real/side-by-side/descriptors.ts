/**
 * What each descriptor of a run led to, call by call: the descriptor tables, followed through the trace.
 *
 * Numbers alone say little: the same 5 may be one client first and another later. What can be compared on two kernels is the *open
 * file description* behind a number (open(2)), and where it came from.
 *
 * **Not followed:** close-on-exec; descriptors passed in messages.
 */
import {
  AF_INET,
  AF_UNIX,
  EPOLL_CTL_DEL,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_SETFL,
  FIONBIO,
  MSG_DONTWAIT,
  O_NONBLOCK,
  type Run,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  SOCK_DGRAM,
  SOL_SOCKET,
  type SystemCallName,
  type SystemCallRecord,
} from "../../sys";
import type { DescriptorKind } from "../differences/rule";

/** An open file description of a run. */
export interface OpenFile {
  readonly kind: DescriptorKind;
  /** The call that made it; null for 0, 1 and 2. */
  readonly origin: SystemCallRecord | null;
  /** 1 for the second one that a call made: a pipe's writing end, the other end of a socketpair. */
  readonly end: number;
  /** What comes out here goes in there: the other end of a pipe or of a socketpair. */
  other: OpenFile | null;
  /** The listening socket that it was accepted from. */
  readonly listener: OpenFile | null;
  /** O_NONBLOCK, or a time limit by SO_RCVTIMEO or SO_SNDTIMEO: calls give up rather than wait for ever. */
  impatient: boolean;
}

type Table = Map<number, OpenFile>;

/** Calls that name descriptors elsewhere than in their first argument: for those the whole table is kept. */
const NAMES_SEVERAL = new Set<SystemCallName>(["poll", "ppoll", "select", "epoll_ctl", "dup2", "dup3"]);
const HAS_FLAGS = new Set<SystemCallName>(["send", "sendto", "sendmsg", "recv", "recvfrom", "recvmsg"]);
/** Where calls that open something take O_NONBLOCK, which is the same number as SOCK_NONBLOCK. */
const FLAGS_AT: Partial<Record<SystemCallName, number>> = { open: 1, pipe2: 0, socket: 1, socketpair: 1, accept4: 1 };
const NO_TABLE: Table = new Map();

export class DescriptorHistory {
  readonly #tables = new Map<number, Table>();
  readonly #parents: ReadonlyMap<number, number>;
  readonly #of = new Map<SystemCallRecord, OpenFile>();
  readonly #tableAt = new Map<SystemCallRecord, Table>();
  readonly #made = new Map<SystemCallRecord, OpenFile[]>();
  readonly #notLowest = new Set<SystemCallRecord>();
  readonly #impatient = new Set<SystemCallRecord>();
  /** What an epoll instance watches, by the number that the program registered with it. */
  readonly #watched = new Map<OpenFile, Map<unknown, OpenFile>>();
  readonly #reported = new Map<SystemCallRecord, ReadonlyMap<unknown, OpenFile>>();

  constructor(run: Run) {
    this.#parents = new Map(
      run.calls.flatMap(({ name, result, pid }) => (name === "fork" ? [[Number(result), pid]] : [])),
    );
    const moments = run.calls.flatMap((record) => [
      { place: record.enter, record, returns: false },
      ...(record.exit === null ? [] : [{ place: record.exit, record, returns: true }]),
    ]);
    for (const { record, returns } of moments.sort((a, b) => a.place - b.place)) {
      if (returns) this.#return(record);
      else this.#enter(record);
    }
  }

  /** What the first argument led to when the call was made. */
  of(record: SystemCallRecord): OpenFile | undefined {
    return this.#of.get(record);
  }

  /** What a number led to when poll, select, epoll_ctl, dup2 or dup3 was called with it. */
  at(record: SystemCallRecord, fd: number): OpenFile | undefined {
    return (this.#tableAt.get(record) ?? NO_TABLE).get(fd);
  }

  /** What an epoll_wait reported under this number. */
  reported(record: SystemCallRecord, data: unknown): OpenFile | undefined {
    return this.#reported.get(record)?.get(data);
  }

  /** What the call made: two for a pipe. */
  made(record: SystemCallRecord): readonly OpenFile[] {
    return this.#made.get(record) ?? [];
  }

  /** All that calls made, in their order. */
  files(): OpenFile[] {
    return [...this.#made.values()].flat();
  }

  /** Was the descriptor that this call gave the lowest that was free in its process? POSIX promises that. */
  gaveLowest(record: SystemCallRecord): boolean {
    return !this.#notLowest.has(record);
  }

  /** Would this call give up rather than wait for ever? */
  isImpatient(record: SystemCallRecord): boolean {
    return this.#impatient.has(record) || (HAS_FLAGS.has(record.name) && (Number(record.args[2]) & MSG_DONTWAIT) !== 0);
  }

  #tableOf(pid: number): Table {
    const known = this.#tables.get(pid);
    if (known) return known;
    const parent = this.#parents.get(pid);
    const table: Table = parent === undefined ? console() : new Map(this.#tableOf(parent));
    this.#tables.set(pid, table);
    return table;
  }

  #enter(record: SystemCallRecord): void {
    const table = this.#tableOf(record.pid);
    const file = table.get(Number(record.args[0]));
    if (file) this.#of.set(record, file);
    if (file?.impatient) this.#impatient.add(record);
    if (NAMES_SEVERAL.has(record.name)) this.#tableAt.set(record, new Map(table));
  }

  #return(record: SystemCallRecord): void {
    const { name, args, result, error, pid } = record;
    if (error) return;
    const table = this.#tableOf(pid);
    const file = this.of(record);
    if (name === "close") table.delete(Number(args[0]));
    else if (name === "fork") this.#tableOf(Number(result));
    else if (name === "dup") this.#give(record, table, file, 0);
    else if (name === "fcntl" && (args[1] === F_DUPFD || args[1] === F_DUPFD_CLOEXEC))
      this.#give(record, table, file, Number(args[2] ?? 0));
    else if ((name === "dup2" || name === "dup3") && file) table.set(Number(args[1]), file);
    else if (file && setsImpatience(record)) file.impatient = becomesImpatient(record);
    else if (name === "epoll_ctl" && file) this.#watch(record, file);
    else if (name === "epoll_wait" && file) this.#reported.set(record, new Map(this.#watched.get(file)));
    else this.#open(record, table, file);
  }

  #open(record: SystemCallRecord, table: Table, file: OpenFile | undefined): void {
    const made = madeBy(record, file);
    if (made.length === 0) return;
    this.#made.set(record, made);
    const numbers = [record.result].flat();
    made.forEach((one, i) => void this.#give(record, table, one, 0, Number(numbers[i])));
  }

  #give(
    record: SystemCallRecord,
    table: Table,
    file: OpenFile | undefined,
    from: number,
    fd = Number(record.result),
  ): void {
    let lowest = from;
    while (table.has(lowest)) lowest++;
    if (fd !== lowest) this.#notLowest.add(record);
    if (file) table.set(fd, file);
  }

  #watch(record: SystemCallRecord, epoll: OpenFile): void {
    const [, op, fd, event] = record.args;
    const file = this.at(record, Number(fd));
    const watched = this.#watched.get(epoll) ?? new Map<unknown, OpenFile>();
    this.#watched.set(epoll, watched);
    const isEvent = typeof event === "object" && event !== null && "data" in event;
    // The entry stays after EPOLL_CTL_DEL: what was reported before may be looked at after.
    if (op !== EPOLL_CTL_DEL && file && isEvent) watched.set(event.data, file);
  }
}

function console(): Table {
  return new Map(
    [0, 1, 2].map(
      (fd) => [fd, { kind: "console", origin: null, end: fd, other: null, listener: null, impatient: false }] as const,
    ),
  );
}

function madeBy(record: SystemCallRecord, listener: OpenFile | undefined): OpenFile[] {
  const { name, args } = record;
  const one = (kind: DescriptorKind, end = 0): OpenFile => ({
    ...{
      kind,
      origin: record,
      end,
      other: null,
      impatient: (Number(args[FLAGS_AT[name] ?? -1] ?? 0) & O_NONBLOCK) !== 0,
    },
    listener: name.startsWith("accept") ? (listener ?? null) : null,
  });
  const pair = (kind: DescriptorKind): OpenFile[] => {
    const [a, b] = [one(kind), one(kind, 1)];
    [a.other, b.other] = [b, a];
    return [a, b];
  };
  if (name === "open") return [one("file")];
  if (name === "pipe" || name === "pipe2") return pair("pipe");
  if (name === "socketpair") return pair(socketKind(args[0], args[1]));
  if (name === "socket") return [one(socketKind(args[0], args[1]))];
  if (name === "epoll_create1") return [one("epoll")];
  if (name === "accept" || name === "accept4") return [one(listener?.kind ?? "tcp")];
  return [];
}

function socketKind(domain: unknown, type: unknown): DescriptorKind {
  const datagrams = (Number(type) & 0xf) === SOCK_DGRAM;
  if (domain === AF_UNIX) return datagrams ? "unix-datagram" : "unix";
  return domain === AF_INET && datagrams ? "udp" : "tcp";
}

function setsImpatience({ name, args }: SystemCallRecord): boolean {
  if (name === "setsockopt") return args[1] === SOL_SOCKET && (args[2] === SO_RCVTIMEO || args[2] === SO_SNDTIMEO);
  return (name === "fcntl" && args[1] === F_SETFL) || (name === "ioctl" && args[1] === FIONBIO);
}

function becomesImpatient({ name, args }: SystemCallRecord): boolean {
  if (name === "setsockopt") return true;
  return name === "ioctl" ? args[2] !== 0 : (Number(args[2]) & O_NONBLOCK) !== 0;
}

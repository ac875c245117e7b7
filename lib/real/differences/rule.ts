/** What a rule of `sideBySide` is: which kind of difference it excuses, when, why, and where that is written. */
import type { KernelName, SystemCallName, SystemCallRecord } from "../../sys";

/** What a value in a trace means: it decides whether two numbers may differ. */
export type Kind = "plain" | "descriptor" | "process" | "port" | "time" | "inode" | "bytes" | "outcome";

export type DescriptorKind = "file" | "pipe" | "unix" | "unix-datagram" | "tcp" | "udp" | "epoll" | "console";

/** One value that is not the same on two kernels. */
export interface Difference {
  /** Where: "args.0", "result.port", "outcome". */
  readonly path: string;
  readonly kind: Kind;
  /** On the reference kernel, and on the other. Undefined where there is no such value. */
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What is known of the thing that a call's first argument leads to. */
export interface Surroundings {
  /** What the descriptor leads to on the reference kernel. */
  readonly leadsTo: DescriptorKind | undefined;
  /** Did this thread, on both kernels, move the same bytes in all through this thing, in this direction? */
  readonly sameStream: boolean;
  /** Is it an accepted connection, and did all clients together say and hear the same on both kernels? */
  readonly sameClients: boolean;
  /** Did the same messages, or the same bytes, go through it in another order or between other threads? */
  readonly sameMixed: boolean;
  /** Is one of the two still under way because its process ended meanwhile, by another thread or a signal? */
  readonly cutOff: boolean;
  /** Did another process or thread live meanwhile, on either kernel? Only then is there a race. */
  readonly company: boolean;
  /** Had another process or thread begun by then, even if it is over? What it did, and in which order, is still to be seen. */
  readonly hadCompany: boolean;
  /** Would the call give up rather than wait for ever: O_NONBLOCK, MSG_DONTWAIT, a time limit? */
  readonly impatient: boolean;
  /** Has an earlier call of this thread come out otherwise? Then the program may do something else from there on. */
  readonly afterwards: boolean;
  /** Was the connection refused because, in this run, the server began to listen only later? */
  readonly tooEarly: boolean;
}

/** What a rule may look at besides the difference itself. */
export interface Circumstances extends Surroundings {
  readonly expected: SystemCallRecord;
  readonly actual: SystemCallRecord;
  readonly kernel: KernelName;
  readonly notes: readonly string[];
  /** Does this pair of numbers agree with every earlier pair of its kind: always the same two together? */
  readonly consistent: boolean;
  /** Do the two descriptors lead to the same thing? */
  readonly sameThing: boolean;
  /** Did each kernel give the lowest descriptor that was free in that run? */
  readonly bothLowest: boolean;
  /** Was, over the whole run, the same reported ready for each thing that this thread watched? */
  readonly sameReadiness: boolean;
}

/** A rule of `sideBySide`: what may differ between kernels, and why nobody may rely on it. */
export interface RuleText {
  readonly id: string;
  /** A few words for a table. */
  readonly title: string;
  /** What may differ, and why nobody may rely on it. */
  readonly why: string;
  /** Where that is written. */
  readonly source: string;
}

export interface Rule extends RuleText {
  allows(difference: Difference, circumstances: Circumstances): boolean;
}

/** A call that one kernel made and the other did not. */
export interface LoneRule extends RuleText {
  allows(record: SystemCallRecord, surroundings: Surroundings): boolean;
}

export const writes: ReadonlySet<SystemCallName> = new Set<SystemCallName>([
  ...(["write", "writev", "send", "sendto", "sendmsg"] as const),
]);
export const reads: ReadonlySet<SystemCallName> = new Set<SystemCallName>([
  ...(["read", "readv", "recv", "recvfrom", "recvmsg"] as const),
]);
/** Calls that tell which descriptors are ready. */
export const readiness: ReadonlySet<SystemCallName> = new Set<SystemCallName>([
  ...(["poll", "ppoll", "select", "epoll_wait"] as const),
]);
export const streams: ReadonlySet<DescriptorKind | undefined> = new Set<DescriptorKind | undefined>([
  ...(["pipe", "unix", "tcp"] as const),
]);
/** Things that carry messages with borders. */
export const datagrams: ReadonlySet<DescriptorKind | undefined> = new Set<DescriptorKind | undefined>([
  ...(["udp", "unix-datagram"] as const),
]);

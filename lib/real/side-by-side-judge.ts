/**
 * Judges pairs of calls: same, allowed to differ (and by which rule), or different.
 *
 * One judge compares one kernel's run with the reference's. It remembers which numbers have stood beside each other: a pid
 * may be another one on each kernel, but the same process must have the same pid in every call.
 */
import { concat, type ReceivedFrom, type ReceivedMessage, type Run, type SystemCallRecord, WIFSIGNALED } from "../sys";
import { type DescriptorKind, type Difference, type Kind, type LoneRule, loneRules, rules } from "./differences";
import type { Pair } from "./side-by-side-align";
import { differencesBetween } from "./side-by-side-facts";
import { descriptorKinds, type Track } from "./side-by-side-tracks";

export type Verdict = "same" | "allowed" | "different";

/** Why a call is not the same on a kernel as on the reference. */
export interface Reason {
  /** The kernel that does otherwise than the reference. */
  readonly kernel: Run["kernel"];
  /** The rule that allows it; null when none does. */
  readonly rule: string | null;
  readonly title: string;
  readonly why: string;
}

const READS = new Set(["read", "readv", "recv", "recvfrom", "recvmsg"]);
const WRITES = new Set(["write", "writev", "send", "sendto", "sendmsg"]);
const NUMBERED: ReadonlySet<Kind> = new Set<Kind>(["process", "port", "descriptor"]);

/** The bytes that a call moved, or null when it moved none. */
function moved({ name, args, result, error }: SystemCallRecord): { key: string; data: Uint8Array } | null {
  if (error || result === undefined) return null;
  if (READS.has(name)) return { key: `in ${args[0]}`, data: received(result) };
  if (!WRITES.has(name)) return null;
  return { key: `out ${args[0]}`, data: sent(args[1]).subarray(0, Number(result)) };
}

function received(result: unknown): Uint8Array {
  if (result instanceof Uint8Array) return result;
  if (Array.isArray(result)) return concat(result as Uint8Array[]);
  return "data" in (result as object) ? (result as ReceivedFrom).data : concat((result as ReceivedMessage).iov);
}

function sent(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (Array.isArray(data)) return concat(data as Uint8Array[]);
  return concat((data as { iov: Uint8Array[] }).iov);
}

/** All bytes that a track moved through each descriptor, in each direction. */
function streamsOf(track: Track | undefined): Map<string, Uint8Array[]> {
  const streams = new Map<string, Uint8Array[]>();
  for (const record of track?.records ?? []) {
    const part = moved(record);
    if (!part) continue;
    const parts = streams.get(part.key);
    if (parts) parts.push(part.data);
    else streams.set(part.key, [part.data]);
  }
  return streams;
}

function sameBytes(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return Buffer.compare(concat(a), concat(b)) === 0;
}

export class Judge {
  private readonly pairsOf = new Map<string, Map<unknown, unknown>>();
  private readonly leadsTo: Map<SystemCallRecord, DescriptorKind>;

  constructor(
    private readonly reference: Run,
    private readonly run: Run,
  ) {
    this.leadsTo = new Map([...descriptorKinds(run), ...descriptorKinds(reference)]);
  }

  /** First pass: which ids and ports came out of calls at the same place. */
  learn([expected, actual]: Pair): void {
    if (!expected || !actual) return;
    for (const difference of differencesBetween(expected, actual)) {
      if (difference.kind !== "descriptor" && difference.path.startsWith("result"))
        this.consistent(expected, difference);
    }
  }

  /** Has this pair of numbers been seen, or at least neither of the two beside another? Then it is one thing. */
  private consistent(expected: SystemCallRecord, { kind, path, expected: a, actual: b }: Difference): boolean {
    if (!NUMBERED.has(kind) || a === undefined || b === undefined) return false;
    const scope = kind === "descriptor" ? `descriptor ${expected.pid}` : kind;
    const there = this.mapOf(`${scope} there`);
    const back = this.mapOf(`${scope} back`);
    const fresh = kind === "descriptor" && path.startsWith("result");
    if (!fresh && (there.get(a) ?? b) !== b) return false;
    if (!fresh && (back.get(b) ?? a) !== a) return false;
    there.set(a, b);
    back.set(b, a);
    return true;
  }

  private mapOf(name: string): Map<unknown, unknown> {
    const map = this.pairsOf.get(name) ?? new Map<unknown, unknown>();
    this.pairsOf.set(name, map);
    return map;
  }

  /** Second pass: the reasons why the pairs of one thread are not the same; an empty list means same. */
  judge(pairs: readonly Pair[], expected: Track | undefined, actual: Track | undefined): Reason[][] {
    const [ours, theirs] = [streamsOf(expected), streamsOf(actual)];
    const compared = new Map<string, boolean>();
    const sameStream = (record: SystemCallRecord): boolean => {
      const key = `${READS.has(record.name) ? "in" : "out"} ${record.args[0]}`;
      const known = compared.get(key) ?? sameBytes(ours.get(key) ?? [], theirs.get(key) ?? []);
      compared.set(key, known);
      return known;
    };
    // From where on only one of the two sides has calls.
    const lastOurs = pairs.findLastIndex(([a]) => a !== null);
    const lastTheirs = pairs.findLastIndex(([, b]) => b !== null);
    return pairs.map(([a, b], i) => {
      if (a && b) return this.reasonsOf(a, b, sameStream(a));
      const lone = a ?? b;
      if (!lone) return [];
      const tail = i > (a ? lastTheirs : lastOurs);
      const cutOff = tail && this.endedByOthers(a ? actual : expected, a ? this.run : this.reference);
      return [this.reasonAlone(lone, { sameStream: sameStream(lone), cutOff, leadsTo: this.leadsTo.get(lone) })];
    });
  }

  /** Did the track's process end while this thread could have gone on? */
  private endedByOthers(track: Track | undefined, run: Run): boolean {
    const last = track?.records.at(-1);
    if (!last) return false;
    const status = run.processes.find(({ pid }) => pid === last.pid)?.status ?? null;
    if (status === null || last.name === "exit") return false;
    return last.tid !== last.pid || WIFSIGNALED(status);
  }

  private cutOff(expected: SystemCallRecord, actual: SystemCallRecord): boolean {
    const underWay = ({ exit, pid }: SystemCallRecord, run: Run) =>
      exit === null && (run.processes.find((process) => process.pid === pid)?.status ?? null) !== null;
    return underWay(expected, this.reference) || underWay(actual, this.run);
  }

  private reasonsOf(expected: SystemCallRecord, actual: SystemCallRecord, sameStream: boolean): Reason[] {
    const { kernel, notes } = this.run;
    const leadsTo = this.leadsTo.get(expected);
    const cutOff = this.cutOff(expected, actual);
    const reasons = differencesBetween(expected, actual).map((difference): Reason => {
      const consistent = this.consistent(expected, difference);
      const circumstances = { expected, actual, kernel, notes, consistent, sameStream, leadsTo, cutOff };
      const rule = rules.find((one) => one.allows(difference, circumstances));
      if (rule) return { kernel, rule: rule.id, title: rule.title, why: rule.why };
      return { kernel, rule: null, title: "different", why: `No rule allows another ${wordFor(difference)} here.` };
    });
    return reasons.filter((reason, i) => reasons.findIndex(({ rule }) => rule === reason.rule) === i);
  }

  private reasonAlone(record: SystemCallRecord, circumstances: Parameters<LoneRule["allows"]>[1]): Reason {
    const { kernel } = this.run;
    const rule = loneRules.find((one) => one.allows(record, circumstances));
    if (rule) return { kernel, rule: rule.id, title: rule.title, why: rule.why };
    return { kernel, rule: null, title: "different", why: "Only one of the two kernels saw this call." };
  }
}

function wordFor({ path, kind }: Difference): string {
  if (kind === "outcome") return "outcome";
  if (kind !== "plain") return kind;
  return path.startsWith("result") ? "result" : "argument";
}

export function verdictOf(reasons: readonly Reason[]): Verdict {
  if (reasons.length === 0) return "same";
  return reasons.some(({ rule }) => rule === null) ? "different" : "allowed";
}

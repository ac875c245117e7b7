/**
 * Judges pairs of calls: same, allowed to differ (and by which rule), or different.
 *
 * One judge compares one kernel's run with the reference's. It remembers which numbers have stood beside each other: a pid
 * may be another one on each kernel, but the same process must have the same pid in every call.
 */
import { type Run, type SystemCallRecord, WIFSIGNALED } from "../../sys";
import { loneRules, reasonForOrder, rules } from "../differences";
import type { Difference, Kind, RuleText, Surroundings } from "../differences/rule";
import type { Pair } from "./align";
import { differencesBetween } from "./facts";
import { Flows } from "./flows";
import { Identity } from "./identity";
import { Readiness } from "./readiness";
import type { Reading } from "./reading";
import { SameThings } from "./same-things";
import { READS } from "./streams";
import { wasTooEarly } from "./too-early";

/** same: equal; allowed: it differs, and a rule says that it may; different: it differs. */
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

const NUMBERED: ReadonlySet<Kind> = new Set<Kind>(["process", "port", "descriptor"]);

export class Judge {
  readonly identities: readonly [Identity, Identity];
  private readonly pairsOf = new Map<string, Map<unknown, unknown>>();
  private readonly things: SameThings;
  private readonly readiness: Readiness;
  private readonly flows: Flows;

  constructor(
    private readonly reference: Reading,
    private readonly other: Reading,
  ) {
    this.things = new SameThings(reference, other);
    this.readiness = new Readiness(reference, other, this.things);
    this.flows = new Flows(reference, other);
    this.identities = [new Identity(reference, this.things), new Identity(other, this.things)];
  }

  /** First pass: which ids and ports came out of calls at the same place. */
  learn({ expected, actual }: Pair): void {
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
  judge(pairs: readonly Pair[], track: string): Reason[][] {
    // From where on only one of the two sides has calls.
    const lastOurs = pairs.findLastIndex(({ expected }) => expected !== null);
    const lastTheirs = pairs.findLastIndex(({ actual }) => actual !== null);
    let afterwards = false;
    return pairs.map(({ expected, actual, moved }, i) => {
      const one = expected ?? actual;
      if (!one) return [];
      const surroundings = this.surroundings(expected, actual, track, afterwards);
      let reasons: Reason[];
      if (expected && actual) reasons = this.reasonsOf(expected, actual, surroundings);
      else {
        const tail = i > (expected ? lastTheirs : lastOurs);
        const cutOff = tail && this.endedByOthers(expected ? this.other : this.reference, track);
        reasons = [this.reasonAlone(one, { ...surroundings, cutOff })];
      }
      if (moved && surroundings.hadCompany) reasons.push(this.reason(this.orderOf(one), ""));
      else if (moved)
        reasons.push(this.reason(null, "Nothing explains why this thread made its calls in another order."));
      afterwards ||= reasons.length > 0;
      return reasons;
    });
  }

  /** Why this call was made earlier or later on one of the kernels. */
  private orderOf(record: SystemCallRecord): RuleText {
    const file = this.reference.descriptors.of(record);
    return reasonForOrder(record.name, file?.kind, (file?.listener ?? null) !== null);
  }

  private surroundings(
    expected: SystemCallRecord | null,
    actual: SystemCallRecord | null,
    track: string,
    afterwards: boolean,
  ): Surroundings {
    const { reference, other, things } = this;
    const [ours, theirs] = [
      expected ? reference.descriptors.of(expected) : undefined,
      actual ? other.descriptors.of(actual) : undefined,
    ];
    const file = ours ?? things.inExpected(theirs);
    const partner = theirs ?? things.inActual(ours);
    const direction = READS.has((expected ?? actual)?.name ?? "") ? "in" : "out";
    return {
      leadsTo: (file ?? partner)?.kind,
      sameClients: things.sameClients(file ?? partner),
      ...this.flows.compare(file, partner, direction, track),
      cutOff: (expected && wasCutOff(expected, reference.run)) || (actual !== null && wasCutOff(actual, other.run)),
      company: (expected !== null && reference.hasCompany(expected)) || (actual !== null && other.hasCompany(actual)),
      hadCompany:
        (expected !== null && reference.hadCompany(expected)) || (actual !== null && other.hadCompany(actual)),
      impatient:
        (expected !== null && reference.descriptors.isImpatient(expected)) ||
        (actual !== null && other.descriptors.isImpatient(actual)),
      afterwards,
      tooEarly:
        (expected !== null && wasTooEarly(expected, reference.run)) ||
        (actual !== null && wasTooEarly(actual, other.run)),
    };
  }

  /** Did the track's process end while this thread could have gone on? */
  private endedByOthers({ tracks, run }: Reading, track: string): boolean {
    const last = tracks.get(track)?.records.at(-1);
    if (!last) return false;
    const status = run.processes.find(({ pid }) => pid === last.pid)?.status ?? null;
    if (status === null || last.name === "exit") return false;
    return last.tid !== last.pid || WIFSIGNALED(status);
  }

  private reasonsOf(expected: SystemCallRecord, actual: SystemCallRecord, surroundings: Surroundings): Reason[] {
    const { kernel, notes } = this.other.run;
    const [ours, theirs] = [this.reference.descriptors, this.other.descriptors];
    const reasons = differencesBetween(expected, actual).map((difference): Reason => {
      const rule = rules.find((one) =>
        one.allows(difference, {
          ...surroundings,
          ...{ expected, actual, kernel, notes },
          consistent: this.consistent(expected, difference),
          sameThing: this.things.same(ours.of(expected), theirs.of(actual)),
          bothLowest: ours.gaveLowest(expected) && theirs.gaveLowest(actual),
          sameReadiness: this.readiness.agrees(expected, actual),
        }),
      );
      return this.reason(rule ?? null, `No rule allows another ${wordFor(difference)} here.`);
    });
    return reasons.filter((reason, i) => reasons.findIndex(({ rule }) => rule === reason.rule) === i);
  }

  private reasonAlone(record: SystemCallRecord, surroundings: Surroundings): Reason {
    const rule = loneRules.find((one) => one.allows(record, surroundings));
    return this.reason(rule ?? null, "Only one of the two kernels saw this call.");
  }

  private reason(rule: RuleText | null, otherwise: string): Reason {
    const { kernel } = this.other.run;
    return rule
      ? { kernel, rule: rule.id, title: rule.title, why: rule.why }
      : { kernel, rule: null, title: "different", why: otherwise };
  }
}

function wasCutOff({ exit, pid }: SystemCallRecord, run: Run): boolean {
  return exit === null && (run.processes.find((process) => process.pid === pid)?.status ?? null) !== null;
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

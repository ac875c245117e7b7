/**
 * What two kernels may do differently although both are right: the rules of `sideBySide`, as data.
 *
 * A program's trace on the model and on Linux must be the same but for these. Each rule says which kind of difference it
 * excuses, why, and where that is written; what no rule excuses is a bug of the model (or, on the node kernel, of that kernel). A new rule
 * needs a source: "they differ" is none. Together they are a list of what a program must not rely on.
 *
 * Two thoughts are behind them. *A race needs two*: what a lone thread sees of its own doing may not differ. *Only answers are
 * judged*: what a program asks next is its own doing, and follows from the answers that it got before.
 */
import type { SystemCallName } from "../sys";
import { clients, dataRules, loneDataRules, messages } from "./differences/data";
import { nodeRules } from "./differences/node";
import { numberRules } from "./differences/numbers";
import { type DescriptorKind, datagrams, type LoneRule, type Rule, type RuleText } from "./differences/rule";
import { loneTimingRules, otherOrder, timingRules } from "./differences/timing";

/** Why a thread made the same call at another point of its way: the order of clients, of datagrams, or of whatever was ready. */
export function reasonForOrder(name: SystemCallName, leadsTo: DescriptorKind | undefined, isClient: boolean): RuleText {
  if (isClient || name === "accept" || name === "accept4") return clients;
  return datagrams.has(leadsTo) ? messages : otherOrder;
}

/** For a value in which two calls at the same place differ; the first rule that allows it is named. */
export const rules: readonly Rule[] = [...numberRules, ...dataRules, ...timingRules, ...nodeRules];

/** For a call that only one of the two kernels saw. */
export const loneRules: readonly LoneRule[] = [...loneDataRules, ...loneTimingRules];

/** All rules, each once: as a list to read. */
export const allRules: readonly RuleText[] = [
  ...new Map(
    [...rules, ...loneRules, otherOrder].map(({ id, title, why, source }) => [id, { id, title, why, source }]),
  ).values(),
];

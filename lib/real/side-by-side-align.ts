/**
 * Lays two sequences of calls beside each other so that as many as possible stand beside their like.
 *
 * This is the alignment of `diff`, with costs: the same call with the same outcome costs nothing, a call alone costs more
 * than a pair that differs in details. Source: Needleman & Wunsch (1970).
 */
import type { SystemCallRecord } from "../sys";
import { outcomeOf } from "./side-by-side-facts";

export type Pair = readonly [expected: SystemCallRecord | null, actual: SystemCallRecord | null];

const ALONE = 4;
/** Beyond so many cells (about 3,000 calls on each side) the tails are paired one by one. */
const MOST_CELLS = 9_000_000;

/** What it costs to pair two calls; more than two alone when they are not the same call at all. */
function costOf(a: SystemCallRecord, b: SystemCallRecord): number {
  if (a.name !== b.name) return 2 * ALONE + 1;
  let cost = 0;
  if (outcomeOf(a) !== outcomeOf(b)) cost += 4;
  if (typeof a.args[0] === "number" && a.args[0] !== b.args[0]) cost += 1;
  if (sizeOf(a.result) !== sizeOf(b.result)) cost += 1;
  return cost;
}

function sizeOf(result: unknown): unknown {
  return result instanceof Uint8Array ? result.length : typeof result === "number" ? result : 0;
}

export function align(expected: readonly SystemCallRecord[], actual: readonly SystemCallRecord[]): Pair[] {
  let start = 0;
  while (start < expected.length && start < actual.length && costOf(expected[start], actual[start]) === 0) start++;
  const head = expected.slice(0, start).map((record, i): Pair => [record, actual[i]]);
  const [ours, theirs] = [expected.slice(start), actual.slice(start)];
  const tail = ours.length * theirs.length > MOST_CELLS ? inStep(ours, theirs) : cheapest(ours, theirs);
  return [...head, ...tail];
}

function inStep(ours: readonly SystemCallRecord[], theirs: readonly SystemCallRecord[]): Pair[] {
  const length = Math.max(ours.length, theirs.length);
  return Array.from({ length }, (_, i): Pair[] => {
    const [a, b] = [ours[i] ?? null, theirs[i] ?? null];
    return a && b && a.name !== b.name
      ? [
          [a, null],
          [null, b],
        ]
      : [[a, b]];
  }).flat();
}

function cheapest(ours: readonly SystemCallRecord[], theirs: readonly SystemCallRecord[]): Pair[] {
  const width = theirs.length + 1;
  // costs[i * width + j]: the cheapest way to lay ours[i…] beside theirs[j…].
  const costs = new Uint32Array((ours.length + 1) * width);
  const at = (i: number, j: number) => costs[i * width + j];
  for (let i = ours.length; i >= 0; i--) {
    for (let j = theirs.length; j >= 0; j--) {
      if (i === ours.length) costs[i * width + j] = (theirs.length - j) * ALONE;
      else if (j === theirs.length) costs[i * width + j] = (ours.length - i) * ALONE;
      else {
        const together = costOf(ours[i], theirs[j]) + at(i + 1, j + 1);
        costs[i * width + j] = Math.min(together, at(i + 1, j) + ALONE, at(i, j + 1) + ALONE);
      }
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < ours.length || j < theirs.length) {
    const both = i < ours.length && j < theirs.length;
    if (both && at(i, j) === costOf(ours[i], theirs[j]) + at(i + 1, j + 1)) pairs.push([ours[i++], theirs[j++]]);
    else if (i < ours.length && (j === theirs.length || at(i, j) === at(i + 1, j) + ALONE))
      pairs.push([ours[i++], null]);
    else pairs.push([null, theirs[j++]]);
  }
  return pairs;
}

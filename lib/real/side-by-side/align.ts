/**
 * Lays two threads' calls beside each other so that as many as possible stand beside their like.
 *
 * This is the alignment of `diff`, with costs: the same call with the same outcome costs nothing, a call alone costs more
 * than a pair that differs in details. Two calls are alike when they have the same name and concern the same thing (identity.ts).
 *
 * A diff keeps the order of both sides. But a server that serves whoever is ready first makes the same calls in another order on another
 * day. So what is left alone on both sides is looked for once more, in any order: those pairs are *moved*.
 *
 * Source: Needleman & Wunsch (1970).
 */
import type { SystemCallRecord } from "../../sys";
import { readiness } from "../differences/rule";
import { outcomeOf } from "./facts";
import type { Identity } from "./identity";

export interface Pair {
  readonly expected: SystemCallRecord | null;
  readonly actual: SystemCallRecord | null;
  /** Did the thread make the two at another point of its way? */
  readonly moved: boolean;
}

const ALONE = 4;
/** Beyond so many cells (about 3,000 calls on each side) the tails are paired one by one. */
const MOST_CELLS = 9_000_000;

/** One side of the alignment. */
interface Side {
  readonly records: readonly SystemCallRecord[];
  /** Equal numbers: the same call on the same thing. */
  readonly identities: readonly number[];
}

/** `identities` says of each side's calls which are alike. */
export function align(
  expected: readonly SystemCallRecord[],
  actual: readonly SystemCallRecord[],
  identities: readonly [Identity, Identity],
): Pair[] {
  const numbers = new Map<string, number>();
  const side = (records: readonly SystemCallRecord[], identity: Identity): Side => ({
    records,
    identities: records.map((record) => {
      const key = identity.of(record);
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      return number;
    }),
  });
  const [ours, theirs] = [side(expected, identities[0]), side(actual, identities[1])];
  /** The place in theirs of the partner of each of ours. */
  const anchors = cheapest(ours, theirs);
  const partners = new Map(anchors);
  const moved = pairMoved(ours, theirs, partners, identities[0]);
  pairByName(ours, theirs, partners, anchors);
  return inOurOrder(ours, theirs, partners, moved);
}

/** What it costs to pair two calls; more than two alone when they are not alike. */
function costOf(ours: Side, i: number, theirs: Side, j: number): number {
  if (ours.identities[i] !== theirs.identities[j]) return 2 * ALONE + 1;
  const [a, b] = [ours.records[i], theirs.records[j]];
  let cost = 0;
  if (outcomeOf(a) !== outcomeOf(b)) cost += 4;
  if (typeof a.args[0] === "number" && a.args[0] !== b.args[0]) cost += 1;
  if (sizeOf(a.result) !== sizeOf(b.result)) cost += 1;
  return cost;
}

function sizeOf(result: unknown): unknown {
  return result instanceof Uint8Array ? result.length : typeof result === "number" ? result : 0;
}

/** Pairs of places, in the order of both sides. */
function cheapest(ours: Side, theirs: Side): [number, number][] {
  const [height, width] = [ours.records.length, theirs.records.length];
  const pairs: [number, number][] = [];
  let start = 0;
  while (start < height && start < width && costOf(ours, start, theirs, start) === 0) pairs.push([start, start++]);
  if ((height - start) * (width - start) > MOST_CELLS) {
    for (let i = start; i < Math.min(height, width); i++)
      if (ours.identities[i] === theirs.identities[i]) pairs.push([i, i]);
    return pairs;
  }
  const row = width - start + 1;
  // costs[(i - start) * row + (j - start)]: the cheapest way to lay ours[i…] beside theirs[j…].
  const costs = new Uint32Array((height - start + 1) * row);
  const at = (i: number, j: number) => costs[(i - start) * row + (j - start)];
  for (let i = height; i >= start; i--) {
    for (let j = width; j >= start; j--) {
      let cost = 0;
      if (i === height) cost = (width - j) * ALONE;
      else if (j === width) cost = (height - i) * ALONE;
      else {
        const together = costOf(ours, i, theirs, j) + at(i + 1, j + 1);
        cost = Math.min(together, at(i + 1, j) + ALONE, at(i, j + 1) + ALONE);
      }
      costs[(i - start) * row + (j - start)] = cost;
    }
  }
  for (let [i, j] = [start, start]; i < height && j < width; ) {
    if (at(i, j) === costOf(ours, i, theirs, j) + at(i + 1, j + 1)) pairs.push([i++, j++]);
    else if (at(i, j) === at(i + 1, j) + ALONE) i++;
    else j++;
  }
  return pairs;
}

/** The places on a side that have no partner. */
function alone({ records }: Side, taken: Iterable<number>): number[] {
  const partnered = new Set(taken);
  return records.flatMap((_, i) => (partnered.has(i) ? [] : [i]));
}

/** Pairs what is left with its like, wherever that stands, and returns the places in ours. */
function pairMoved(ours: Side, theirs: Side, partners: Map<number, number>, identity: Identity): Set<number> {
  const moved = new Set<number>();
  const left = alone(theirs, partners.values());
  for (const i of alone(ours, partners.keys())) {
    const record = ours.records[i];
    // Waiting once more is no call that was made elsewhere.
    if (!identity.hasThing(record) || readiness.has(record.name)) continue;
    const at = left.findIndex(
      (j) => theirs.identities[j] === ours.identities[i] && outcomeOf(theirs.records[j]) === outcomeOf(record),
    );
    if (at < 0) continue;
    partners.set(i, left[at]);
    left.splice(at, 1);
    moved.add(i);
  }
  return moved;
}

/** Between two pairs that stand in order, calls of the same name stand beside each other even if they concern different things. */
function pairByName(
  ours: Side,
  theirs: Side,
  partners: Map<number, number>,
  inOrder: readonly (readonly [number, number])[],
): void {
  const left = new Set(alone(theirs, partners.values()));
  const ends = [...inOrder, [ours.records.length, theirs.records.length] as const];
  let [from, fromTheirs] = [0, 0];
  for (const [to, toTheirs] of ends) {
    for (let i = from; i < to; i++) {
      if (partners.has(i)) continue;
      const { name } = ours.records[i];
      const j = [...left].find(
        (place) => place >= fromTheirs && place < toTheirs && theirs.records[place].name === name,
      );
      if (j === undefined) continue;
      partners.set(i, j);
      for (const place of left) if (place <= j) left.delete(place);
    }
    [from, fromTheirs] = [to + 1, toTheirs + 1];
  }
}

/** All pairs in our order; a call of theirs that is alone stands after the one before it on their side. */
function inOurOrder(
  ours: Side,
  theirs: Side,
  partners: ReadonlyMap<number, number>,
  moved: ReadonlySet<number>,
): Pair[] {
  const ownerOf = new Map([...partners].map(([i, j]) => [j, i]));
  const behind = new Map<number, Pair[]>();
  let owner = -1;
  theirs.records.forEach((actual, j) => {
    const i = ownerOf.get(j);
    if (i !== undefined) owner = i;
    else behind.set(owner, [...(behind.get(owner) ?? []), { expected: null, actual, moved: false }]);
  });
  const pairs = ours.records.flatMap((expected, i): Pair[] => {
    const j = partners.get(i);
    const actual = j === undefined ? null : theirs.records[j];
    return [{ expected, actual, moved: moved.has(i) }, ...(behind.get(i) ?? [])];
  });
  return [...(behind.get(-1) ?? []), ...pairs];
}

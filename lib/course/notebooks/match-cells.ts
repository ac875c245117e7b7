/**
 * Which cell of a notebook's earlier version is which cell of its later one.
 *
 * jupytext's Markdown holds no cell ids, so a notebook built from it must find out which of its cells the committed
 * notebook already has: cells with the same text first (the longest common run of them, as diff does), then cells that moved,
 * then, between two such fixed points, the edited ones by how many words they still share.
 *
 * Left out: telling an edited *and* moved cell from a new one. It gets a new id, which costs nothing but a duplicate to read.
 */
import { createHash } from "node:crypto";
import type { Cell } from "./notebook";

type Text = Pick<Cell, "type" | "source">;

/** For each cell of `next`: the index of the same cell in `previous`, or -1 for a new one. No index comes twice. */
export function matchCells(previous: readonly Text[], next: readonly Text[]): number[] {
  const match = next.map(() => -1);
  const taken = new Set<number>();
  const pair = (i: number, j: number) => {
    match[j] = i;
    taken.add(i);
  };
  for (const [i, j] of align(previous, next, (a, b) => (sameCell(a, b) ? 1 : 0))) pair(i, j);
  const fixed = [...match];
  next.forEach((cell, j) => {
    if (match[j] !== -1) return;
    const moved = previous.findIndex((old, i) => !taken.has(i) && sameCell(old, cell));
    if (moved !== -1) pair(moved, j);
  });
  for (const gap of gaps(fixed, previous.length)) {
    const old = gap.previous.filter((i) => !taken.has(i));
    const fresh = gap.next.filter((j) => match[j] === -1);
    const pairs = align(
      old.map((i) => previous[i]),
      fresh.map((j) => next[j]),
      likeness,
    );
    for (const [i, j] of pairs) pair(old[i], fresh[j]);
  }
  return match;
}

/** An id for a cell that has none: from its text, so that building it twice gives the same; never one of `used`. */
export function newCellId(cell: Text, used: ReadonlySet<string>): string {
  const hash = createHash("sha256").update(`${cell.type}\n${cell.source}`).digest("hex").slice(0, 8);
  for (let count = 1; ; count++) {
    const id = count === 1 ? hash : `${hash}-${count}`;
    if (!used.has(id)) return id;
  }
}

function sameCell(a: Text, b: Text): boolean {
  return a.type === b.type && a.source === b.source;
}

/** How alike two cells are, 0 to 1: the share of their words that both have. A little even for none: an edit may be total. */
function likeness(a: Text, b: Text): number {
  if (a.type !== b.type) return 0;
  const words = (text: string) => text.match(/\w+|[^\w\s]/g) ?? [];
  const left = new Map<string, number>();
  for (const word of words(a.source)) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of words(b.source)) {
    const count = left.get(word) ?? 0;
    if (count > 0) shared++;
    left.set(word, count - 1);
  }
  return 0.05 + (0.95 * 2 * shared) / Math.max(1, words(a.source).length + words(b.source).length);
}

/** The pairs, in order on both sides, with the greatest sum of scores; a pair that scores 0 is none. */
function align<T>(a: readonly T[], b: readonly T[], score: (a: T, b: T) => number): Array<[number, number]> {
  const best = Array.from({ length: a.length + 1 }, () => new Float64Array(b.length + 1));
  const scores = a.map((left) => Float64Array.from(b, (right) => score(left, right)));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + scores[i][j]);
  const pairs: Array<[number, number]> = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (scores[i][j] > 0 && best[i][j] === best[i + 1][j + 1] + scores[i][j]) pairs.push([i++, j++]);
    else if (best[i][j] === best[i + 1][j]) i++;
    else j++;
  }
  return pairs;
}

/** The stretches between the cells that are matched in order: indices of both sides. */
function gaps(fixed: readonly number[], previousLength: number): Array<{ previous: number[]; next: number[] }> {
  const found: Array<{ previous: number[]; next: number[] }> = [];
  let after = -1;
  let next: number[] = [];
  const close = (before: number) => {
    found.push({ previous: Array.from({ length: before - after - 1 }, (_, k) => after + 1 + k), next });
    next = [];
    after = before;
  };
  fixed.forEach((i, j) => {
    if (i === -1) next.push(j);
    else close(i);
  });
  close(previousLength);
  return found;
}

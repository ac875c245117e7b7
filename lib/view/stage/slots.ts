/**
 * Places for things that come and go: each gets a place that nobody else has while it is there, as high up as possible.
 *
 * Time travel needs this. If cards moved up whenever one disappears, a step of the slider would shift everything, and what
 * really changed would be lost in it. So a place is given once and for the whole of a card's life, and used again afterwards.
 */

export interface Lodger<Key> {
  readonly key: Key;
  /** First and last moment at which it is there. */
  readonly from: number;
  to: number;
  /** How much room it needs at the most. */
  size: number;
  /** Not above this. */
  wish?: number;
}

/** The place of each, and the room needed for all. `gap` is kept free between two. */
export function assignSlots<Key>(lodgers: readonly Lodger<Key>[], gap: number): { at: Map<Key, number>; end: number } {
  const at = new Map<Key, number>();
  const placed: { lodger: Lodger<Key>; start: number }[] = [];
  let end = 0;
  for (const lodger of lodgers) {
    const taken = placed
      .filter((other) => other.lodger.from <= lodger.to && lodger.from <= other.lodger.to)
      .sort((a, b) => a.start - b.start);
    let start = lodger.wish ?? 0;
    for (const other of taken) {
      if (other.start + other.lodger.size + gap <= start) continue;
      if (other.start - gap >= start + lodger.size) break;
      start = Math.max(start, other.start + other.lodger.size + gap);
    }
    placed.push({ lodger, start });
    at.set(lodger.key, start);
    end = Math.max(end, start + lodger.size);
  }
  return { at, end };
}

/**
 * In which order the cells of a merged notebook stand.
 *
 * One side's order is the frame, and each cell that only the other side has goes right after the cell it follows there. The
 * frame is the course's, so that what the course moved has moved; but if the learner has moved cells, it is the learner's.
 * Either way a cell of the learner's stays below the cell that it was written below.
 *
 * Left out: honouring both when both have moved cells. The learner's order is then kept.
 */

/** The ids of `mine` and `theirs`, each once. */
export function mergeOrder(base: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  const inMine = new Set(mine);
  const inTheirs = new Set(theirs);
  const everywhere = new Set(base.filter((id) => inMine.has(id) && inTheirs.has(id)));
  const old = base.filter((id) => everywhere.has(id));
  const moved = mine.filter((id) => everywhere.has(id)).some((id, index) => id !== old[index]);
  return moved ? insert(mine, theirs) : insert(theirs, mine);
}

/** `frame`, with what only `other` has put right after what it follows there. */
function insert(frame: readonly string[], other: readonly string[]): string[] {
  const inFrame = new Set(frame);
  const followers = new Map<string | null, string[]>([[null, []]]);
  let anchor: string | null = null;
  for (const id of other) {
    if (inFrame.has(id)) anchor = id;
    else followers.set(anchor, [...(followers.get(anchor) ?? []), id]);
  }
  return [...(followers.get(null) ?? []), ...frame.flatMap((id) => [id, ...(followers.get(id) ?? [])])];
}

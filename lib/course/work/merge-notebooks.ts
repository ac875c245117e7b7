/**
 * Brings a learner's notebook up to a newer version of the course: a three-way merge by cell id that has no conflicts.
 *
 * `base` is the version that the learner's copy was made from, `mine` the learner's copy, `theirs` the course's new version.
 * - A cell the learner didn't touch becomes what the course says now: updated, moved, added or removed.
 * - A cell the learner wrote or changed stays, in its place; one the learner deleted stays deleted.
 * - Where both changed a cell, the learner's stays, and the course's follows it, with one line between that says so. From
 *   then on the course's one carries the cell's id, so the next update finds it; the learner's is a cell of the learner's.
 * - Outputs are the learner's, and stay as long as the text that made them does.
 *
 * Doing it twice is doing it once: merging the result again, with the old base or the new one, changes nothing. That makes
 * an update that was interrupted half-way harmless.
 *
 * Left out: merging inside a cell. A cell with two people's lines in it might not run, and nobody would know why.
 */
import { matchCells, newCellId } from "../notebooks/match-cells";
import { type Cell, type JsonObject, type Notebook, sameJson, sameText } from "../notebooks/notebook";
import { mergeOrder } from "./merge-order";

export interface NotebookMerge {
  notebook: Notebook;
  /** How many cells both sides had changed. */
  both: number;
}

/** The line between the learner's cell and the course's. */
export const MARK =
  "*The course has changed the cell above since you changed it. Yours stays; the course's new one follows.*";

/** Merges; the three given notebooks are left as they are. */
export function mergeNotebooks(base: Notebook, mine: Notebook, theirs: Notebook): NotebookMerge {
  const baseCells = withIds(base.cells, []);
  const theirCells = withIds(theirs.cells, baseCells);
  const myCells = withIds(mine.cells, baseCells);
  const before = byId(baseCells);
  const own = byId(myCells);
  const course = byId(theirCells);
  const used = new Set([...before.keys(), ...own.keys(), ...course.keys()]);
  const fresh = (cell: Cell): Cell => {
    const id = newCellId(cell, used);
    used.add(id);
    return { ...cell, id };
  };

  let both = 0;
  /** What stands in the place of a cell: nothing, one cell, or the learner's, the mark and the course's. */
  const place = (id: string): Cell[] => {
    const old = before.get(id);
    const mineNow = own.get(id);
    const theirsNow = course.get(id);
    if (mineNow === undefined) return theirsNow !== undefined && old === undefined ? [theirsNow] : [];
    const changed = old === undefined || !sameText(old, mineNow);
    if (theirsNow === undefined) return changed ? [mineNow] : [];
    if (!changed || sameText(mineNow, theirsNow)) return [update(old, mineNow, theirsNow)];
    if (old !== undefined && sameText(old, theirsNow)) return [mineNow];
    both++;
    return [fresh(mineNow), fresh(markCell()), theirsNow];
  };
  const order = mergeOrder([...before.keys()], [...own.keys()], [...course.keys()]);
  const cells = order.flatMap(place);
  return {
    notebook: {
      cells,
      metadata: mergeKeys(base.metadata, mine.metadata, theirs.metadata),
      rest: { ...mine.rest, ...theirs.rest },
    },
    both,
  };
}

/** Whether the learner has written anything into the notebook: a cell's text changed, or a cell of the learner's own. */
export function hasOwnText(base: Notebook, mine: Notebook): boolean {
  const baseCells = withIds(base.cells, []);
  const before = byId(baseCells);
  return withIds(mine.cells, baseCells).some((cell) => {
    const old = before.get(cell.id);
    return old === undefined || !sameText(old, cell);
  });
}

/** The course's text, with the learner's outputs if they are still those of this text, and settings merged key by key. */
function update(old: Cell | undefined, mine: Cell, theirs: Cell): Cell {
  const ran = sameText(mine, theirs) ? mine : theirs;
  return {
    ...theirs,
    metadata: mergeKeys(old?.metadata ?? {}, mine.metadata, theirs.metadata),
    outputs: ran.outputs,
    executionCount: ran.executionCount,
  };
}

/** Each key as the learner set it, if the learner did; else as the course has it. */
function mergeKeys(base: JsonObject, mine: JsonObject, theirs: JsonObject): JsonObject {
  const merged: JsonObject = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const value = sameJson(base[key], mine[key]) ? theirs[key] : mine[key];
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

/**
 * Every cell with an id of its own. Tools that write an older format drop the ids, and copying a cell in some editors repeats
 * one: such a cell gets the id of the cell of `earlier` that it is, if there is one, else a new one.
 */
function withIds(cells: readonly Cell[], earlier: readonly Cell[]): Cell[] {
  const used = new Set<string>();
  const named = cells.map((cell) => {
    if (cell.id === "" || used.has(cell.id)) return { ...cell, id: "" };
    used.add(cell.id);
    return cell;
  });
  if (named.every((cell) => cell.id !== "")) return named;
  const lost = earlier.filter((cell) => !used.has(cell.id));
  const nameless = named.filter((cell) => cell.id === "");
  const match = matchCells(lost, nameless);
  nameless.forEach((cell, index) => {
    cell.id = match[index] === -1 ? newCellId(cell, used) : lost[match[index]].id;
    used.add(cell.id);
  });
  return named;
}

function byId(cells: readonly Cell[]): Map<string, Cell> {
  return new Map(cells.map((cell) => [cell.id, cell]));
}

function markCell(): Cell {
  return { id: "", type: "markdown", source: MARK, metadata: {}, outputs: [], executionCount: null, rest: {} };
}

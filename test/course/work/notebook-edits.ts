/** Random notebooks, and random edits of them by two sides, for the tests of the merge. */
import fc from "fast-check";
import type { Cell, CellType, Notebook } from "../../../lib/course/notebooks/notebook";

export function cell(id: string, source: string, type: CellType = "markdown", outputs: string[] = []): Cell {
  return { id, type, source, metadata: {}, outputs, executionCount: null, rest: {} };
}

export function notebook(...cells: Cell[]): Notebook {
  return { cells, metadata: {}, rest: { nbformat: 4, nbformat_minor: 5 } };
}

export const texts = (book: Notebook): string[] => book.cells.map(({ source }) => source);

/** Something that a side does to its notebook; `at` picks the cell. */
export type Edit =
  | { kind: "add"; at: number }
  | { kind: "change"; at: number }
  | { kind: "delete"; at: number }
  | { kind: "move"; at: number; to: number }
  | { kind: "run"; at: number }
  | { kind: "lose ids" }
  | { kind: "copy"; at: number };

const at = fc.nat(20);
export const courseEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), at }),
  fc.record({ kind: fc.constant("change" as const), at }),
  fc.record({ kind: fc.constant("delete" as const), at }),
  fc.record({ kind: fc.constant("move" as const), at, to: at }),
);
export const learnerEdit: fc.Arbitrary<Edit> = fc.oneof(
  courseEdit,
  fc.record({ kind: fc.constant("run" as const), at }),
  fc.record({ kind: fc.constant("copy" as const), at }),
  fc.record({ kind: fc.constant("lose ids" as const) }),
);

/** A side at work: every text it writes is unlike any other, so that a lost one shows. */
export class Side {
  private count = 0;
  constructor(
    private readonly name: string,
    public book: Notebook,
  ) {}

  private text(): string {
    return `${this.name} wrote this ${++this.count}`;
  }

  edit(edit: Edit): void {
    const cells = [...this.book.cells];
    const index = "at" in edit && cells.length > 0 ? edit.at % cells.length : 0;
    if (edit.kind === "add") cells.splice(index, 0, cell(`${this.name}-${++this.count}`, this.text(), "code"));
    else if (cells.length === 0) return;
    else if (edit.kind === "change") cells[index] = { ...cells[index], source: this.text(), outputs: [] };
    else if (edit.kind === "delete") cells.splice(index, 1);
    else if (edit.kind === "move") cells.splice(edit.to % cells.length, 0, ...cells.splice(index, 1));
    else if (edit.kind === "run") cells[index] = { ...cells[index], outputs: [`ran: ${cells[index].source}`] };
    else if (edit.kind === "copy") cells.splice(index, 0, { ...cells[index] });
    else
      cells.forEach((old, i) => {
        cells[i] = { ...old, id: "" };
      });
    this.book = { ...this.book, cells };
  }
}

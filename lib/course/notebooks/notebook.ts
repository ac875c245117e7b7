/**
 * A Jupyter notebook in memory, and its file format.
 *
 * A notebook file is JSON in which a cell's text is an array of lines. Here a cell's text is one string, and everything we
 * don't interpret (outputs, attachments, unknown keys) is carried along untouched. Written as Jupyter itself writes it: one
 * space of indentation, keys sorted, newline at the end. So a notebook saved in JupyterLab and one saved here differ only
 * where their contents differ.
 *
 * Left out: formats before version 4 (Jupyter itself converts them on opening).
 * Source: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export type CellType = "code" | "markdown" | "raw";

export interface Cell {
  /** Empty when the file had none (formats before 4.5). */
  id: string;
  type: CellType;
  source: string;
  metadata: JsonObject;
  /** Code cells only: what running the cell left behind. */
  outputs: Json[];
  executionCount: Json;
  /** Everything else that stood in the cell: attachments, and whatever a later format adds. */
  rest: JsonObject;
}

export interface Notebook {
  cells: Cell[];
  metadata: JsonObject;
  /** Everything else at the top: the format's version, and whatever a later one adds. */
  rest: JsonObject;
}

/** A file that should be a notebook and isn't; the message says what is wrong in words for the reader of a terminal. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads a notebook file's text. Throws NotebookError. */
export function parseNotebook(text: string): Notebook {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new NotebookError(`it is not valid JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!isObject(json) || !Array.isArray(json.cells)) throw new NotebookError("it has no list of cells");
  if (json.nbformat !== 4) throw new NotebookError(`its format is version ${String(json.nbformat)}, not 4`);
  const { cells, metadata, ...rest } = json;
  return { cells: cells.map(parseCell), metadata: isObject(metadata) ? metadata : {}, rest };
}

function parseCell(json: Json, index: number): Cell {
  if (!isObject(json)) throw new NotebookError(`cell ${index + 1} is not an object`);
  const { id, cell_type: type, source, metadata, outputs, execution_count: executionCount, ...rest } = json;
  if (type !== "code" && type !== "markdown" && type !== "raw")
    throw new NotebookError(`cell ${index + 1} is of the unknown type ${JSON.stringify(type)}`);
  return {
    id: typeof id === "string" ? id : "",
    type,
    source: sourceText(source, index),
    metadata: isObject(metadata) ? metadata : {},
    outputs: Array.isArray(outputs) ? outputs : [],
    executionCount: executionCount ?? null,
    rest,
  };
}

function sourceText(source: Json | undefined, index: number): string {
  if (typeof source === "string") return source;
  if (Array.isArray(source) && source.every((line) => typeof line === "string")) return source.join("");
  throw new NotebookError(`cell ${index + 1} has no text`);
}

/** The notebook file's text. */
export function formatNotebook(notebook: Notebook): string {
  const json = { ...notebook.rest, metadata: notebook.metadata, cells: notebook.cells.map(formatCell) };
  return `${JSON.stringify(sortKeys(json), null, 1)}\n`;
}

function formatCell(cell: Cell): JsonObject {
  const json: JsonObject = {
    ...cell.rest,
    cell_type: cell.type,
    metadata: cell.metadata,
    source: cell.source.match(/[^\n]*\n|[^\n]+$/g) ?? [],
  };
  if (cell.id !== "") json.id = cell.id;
  if (cell.type === "code") {
    json.outputs = cell.outputs;
    json.execution_count = cell.executionCount;
  }
  return json;
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

/** Whether two values of JSON mean the same, whatever the order of their keys. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
}

/** Whether two cells say the same: their type, text and attachments; not their outputs, and not how they are shown. */
export function sameText(a: Cell, b: Cell): boolean {
  return a.type === b.type && a.source === b.source && sameJson(a.rest, b.rest);
}

/**
 * The description of an exercise: title, task, kind, claims and hints, in one Markdown file beside its checks.
 *
 *     ---
 *     title: The lowest free descriptor
 *     kind: module
 *     claims: A2, B2
 *     ---
 *     Write the allocator: open must return the lowest number that is free.
 *
 *     ## Hint 1: what the man page promises
 *     …
 *     ## Hint 2
 *     …
 *
 * It is Markdown, because hints are prose with code in them, and prose in JSON is nobody's pleasure. The part between the
 * lines of dashes is "key: value", one a line, and nothing more of YAML than that.
 */
import { readFileSync } from "node:fs";

/** What the learner writes: a whole program, a part of the kernel, a plain function; or mends somebody's broken program. */
export const exerciseKinds = ["program", "module", "function", "repair"] as const;
export type ExerciseKind = (typeof exerciseKinds)[number];

export interface Hint {
  /** What stands in its heading after "Hint 1:"; may be empty. */
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

export interface Description {
  readonly title: string;
  readonly kind: ExerciseKind;
  /** Which claims of the lesson it examines, for example "A2". */
  readonly claims: readonly string[];
  /** Markdown; its first paragraph is one sentence. */
  readonly task: string;
  /** From a nudge to almost the answer. */
  readonly hints: readonly Hint[];
}

/** Reads a description; throws an Error that says what is wrong with the file. */
export function parseDescription(markdown: string): Description {
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(markdown);
  if (!match) throw new Error('must begin with "key: value" lines between two lines of ---');
  const fields = new Map<string, string>();
  for (const line of match[1].split(/\r?\n/).filter((one) => one.trim() !== "")) {
    const colon = line.indexOf(":");
    if (colon < 0) throw new Error(`"${line}" is not "key: value"`);
    fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  const title = fields.get("title");
  if (!title) throw new Error("has no title");
  const kind = exerciseKinds.find((known) => known === fields.get("kind"));
  if (!kind) throw new Error(`kind must be one of ${exerciseKinds.join(", ")}`);
  const [task, ...rest] = match[2].split(/^## /m);
  if (!task.trim()) throw new Error("has no task: say in one sentence what is to be done");
  return {
    title,
    kind,
    claims: (fields.get("claims") ?? "").split(/[\s,]+/).filter((claim) => claim !== ""),
    task: task.trim(),
    hints: rest.map(parseHint),
  };
}

function parseHint(section: string): Hint {
  const end = section.indexOf("\n");
  const heading = end < 0 ? section : section.slice(0, end);
  const match = /^Hint\b[\s\d]*[:.]?\s*(.*)$/.exec(heading.trim());
  if (!match) throw new Error(`"## ${heading.trim()}" is no hint; its headings are "## Hint 1: …", "## Hint 2: …"`);
  return { title: match[1], text: end < 0 ? "" : section.slice(end + 1).trim() };
}

/** Reads the description in a file; an error names the file. */
export function readDescription(path: string): Description {
  try {
    return parseDescription(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

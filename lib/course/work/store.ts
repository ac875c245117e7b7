/**
 * What a learner has predicted, answered and passed: `work/progress.jsonl`, one line for each thing that happened.
 *
 * A journal, not a table: a line is added and none is ever changed. So several processes (two notebooks, the panel's
 * checker, a terminal) can write at once without a lock, because the operating system appends a small write whole: each goes
 * to the end of the file as it is then (O_APPEND, open(2)). It is also the only way to keep "what did you think first?".
 * What stands in the file now is worked out by reading it from the top.
 *
 * A line that can't be read (a disk that was full, an editor) costs that line and no other. It stays where it is.
 *
 * Left out: synchronising with another machine. Copying the file over, or joining two of them, is all it takes.
 */
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import { dirname, join } from "node:path";
import { disk } from "./disk";
import { workFolder } from "./places";

/** The format's version, in each line. Lines of later versions are skipped by older code, and kept. */
const version = 1;

export type Happening =
  | { kind: "prediction"; id: string; answer: string }
  | { kind: "reveal"; id: string; answer: string }
  | { kind: "quiz"; id: string; answer: string; right: boolean }
  | { kind: "exercise"; id: string; passed: boolean };

export interface PredictionProgress {
  /** The first commitment: what counts. */
  first: string;
  /** When it was made, in ISO 8601. */
  firstAt: string;
  /** The answer as it is now; differs from `first` when it was changed. */
  latest: string;
  /** What the learner saw as the right answer; null before the reveal. */
  revealed: string | null;
  /** Changed when the answer was already known. */
  changedAfterReveal: boolean;
}

export interface QuizProgress {
  first: string;
  latest: string;
  /** Right at the first try. */
  firstRight: boolean;
  /** Right by now, at whichever try. */
  right: boolean;
}

export interface ExerciseProgress {
  /** At the last check. */
  passed: boolean;
  /** When it passed for the first time, in ISO 8601; null when never. */
  passedAt: string | null;
}

export interface Progress {
  predictions: Map<string, PredictionProgress>;
  quiz: Map<string, QuizProgress>;
  exercises: Map<string, ExerciseProgress>;
  /** How many lines can't be read. */
  unreadable: number;
}

export interface StoreOptions {
  /** The learner's folder. */
  work?: string;
  /** The moment to write down. Default: now. */
  now?: Date;
}

/** Where the journal is. */
export function progressFile(work: string = workFolder()): string {
  return join(work, "progress.jsonl");
}

/** Everything so far. */
export function readProgress({ work }: StoreOptions = {}): Progress {
  const progress: Progress = { predictions: new Map(), quiz: new Map(), exercises: new Map(), unreadable: 0 };
  for (const line of (disk.read(progressFile(work))?.toString("utf8") ?? "").split("\n")) {
    if (line.trim() === "") continue;
    const entry = parse(line);
    if (entry === null) progress.unreadable++;
    else if (entry.v === version) take(progress, entry, entry.at);
  }
  return progress;
}

/** Adds what happened, unless it changes nothing: running a notebook again makes no new lines. */
export function record(happening: Happening, { work = workFolder(), now = new Date() }: StoreOptions = {}): void {
  const before = readProgress({ work });
  const after = readProgress({ work });
  take(after, happening, now.toISOString());
  if (JSON.stringify(plain(before)) === JSON.stringify(plain(after))) return;
  const file = progressFile(work);
  mkdirSync(dirname(file), { recursive: true });
  const line = JSON.stringify({ v: version, at: now.toISOString(), ...happening });
  appendFileSync(file, `${endsOpen(file) ? "\n" : ""}${line}\n`);
}

/** The result of checking an exercise, "01-slug/name". */
export function recordExercise(id: string, passed: boolean, options: StoreOptions = {}): void {
  record({ kind: "exercise", id, passed }, options);
}

function take({ predictions, quiz, exercises }: Progress, happening: Happening, at: string): void {
  const { id } = happening;
  if (happening.kind === "prediction") {
    const { answer } = happening;
    const old = predictions.get(id);
    const late = old !== undefined && old.revealed !== null && old.latest !== answer;
    predictions.set(id, {
      ...(old ?? { first: answer, firstAt: at, revealed: null }),
      latest: answer,
      changedAfterReveal: late || old?.changedAfterReveal === true,
    });
  } else if (happening.kind === "reveal") {
    const old = predictions.get(id);
    if (old) predictions.set(id, { ...old, revealed: happening.answer });
  } else if (happening.kind === "quiz") {
    const { answer, right } = happening;
    const old = quiz.get(id);
    quiz.set(id, {
      first: old?.first ?? answer,
      firstRight: old?.firstRight ?? right,
      latest: answer,
      right: right || old?.right === true,
    });
  } else {
    const { passed } = happening;
    exercises.set(id, { passed, passedAt: exercises.get(id)?.passedAt ?? (passed ? at : null) });
  }
}

function parse(line: string): (Happening & { v: number; at: string }) | null {
  try {
    const entry = JSON.parse(line);
    if (typeof entry?.v === "number" && entry.v !== version) return entry;
    const known: Record<string, string> = {
      prediction: "answer",
      reveal: "answer",
      quiz: "answer",
      exercise: "passed",
    };
    const right = typeof entry.id === "string" && typeof entry.at === "string" && known[entry.kind] in entry;
    return right && entry.v === version ? entry : null;
  } catch {
    return null;
  }
}

/** Whether the last write was cut off, so that the next must begin a line of its own. */
function endsOpen(file: string): boolean {
  const fd = openSync(file, "a+");
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 10;
  } finally {
    closeSync(fd);
  }
}

function plain({ predictions, quiz, exercises }: Progress): unknown {
  return [[...predictions], [...quiz], [...exercises]];
}

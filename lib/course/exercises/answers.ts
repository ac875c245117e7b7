/** Whose answers are looked at: the learner's own, the reference, the untouched stubs, or a folder that somebody handed in. */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Exercise } from "./list";

export type AnswersOf = (exercise: Exercise) => string;

/**
 * What `--answers` names: "mine", "solutions", "stubs", or a path: a single file, or a folder with `NN-slug/name.ts` or
 * `exercises/NN-slug/name.ts` in it, as a learner's `work/` has. Throws an Error when there is nothing of that kind.
 */
export function answersNamed(name: string): AnswersOf {
  if (name === "mine") return (exercise) => exercise.files.learner;
  if (name === "solutions") return (exercise) => exercise.files.reference;
  if (name === "stubs") return (exercise) => exercise.files.stub;
  const path = resolve(name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new Error(`--answers ${name}: no such file or folder. It may also be mine, solutions or stubs.`);
  if (found.isFile()) return () => path;
  const folder = existsSync(join(path, "exercises")) ? join(path, "exercises") : path;
  return (exercise) => join(folder, `${exercise.id}.ts`);
}

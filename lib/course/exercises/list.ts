/**
 * Which exercises there are: every `test/exercises/NN-slug/name.test.ts` is one, in the order of the chapters and then of
 * their names. The checks decide, because an exercise without checks can't be passed.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Description, readDescription } from "./description";
import { courseFolders, type ExerciseFiles, type Folders, filesOf } from "./folders";
import { nearest } from "./nearest";

/** One exercise: what it asks, and where its files lie. */
export interface Exercise extends Description {
  /** "NN-slug/name": the name by which everything else knows it. */
  readonly id: string;
  readonly files: ExerciseFiles;
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** The ids of all exercises. */
export function exerciseIds(folders: Folders = courseFolders()): string[] {
  const top = join(folders.root, "test", "exercises");
  return namesIn(top)
    .filter((chapter) => /^\d\d-/.test(chapter))
    .flatMap((chapter) =>
      namesIn(join(top, chapter))
        .filter((name) => name.endsWith(".test.ts"))
        .map((name) => `${chapter}/${name.slice(0, -".test.ts".length)}`),
    );
}

/** All exercises; throws when a description is missing or malformed. */
export function listExercises(folders: Folders = courseFolders()): Exercise[] {
  return exerciseIds(folders).map((id) => readExercise(id, folders));
}

function readExercise(id: string, folders: Folders): Exercise {
  const files = filesOf(id, folders);
  return { id, files, ...readDescription(files.description) };
}

/** An unknown name, with the names that come near it. */
export class UnknownExercise extends Error {
  constructor(
    readonly asked: string,
    readonly near: readonly string[],
  ) {
    const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "npm run grade lists all exercises.";
    super(`There is no exercise "${asked}". ${hint}`);
    this.name = "UnknownExercise";
  }
}

/**
 * The exercises that a person means by `asked`: an id, its last part where only one exercise has it, a path of its file, or
 * a chapter ("01" or "01-slug"). Throws UnknownExercise.
 */
export function findExercises(asked: string, folders: Folders = courseFolders()): Exercise[] {
  const ids = exerciseIds(folders);
  const wanted = asked
    .replaceAll("\\", "/")
    .replace(/^(.*\/)?(exercises|solutions)\//, "")
    .replace(/(\.test)?\.ts$/, "")
    .replace(/\/+$/, "");
  const chosen =
    only(ids.filter((id) => id === wanted)) ??
    only(ids.filter((id) => id.endsWith(`/${wanted}`))) ??
    ids.filter((id) => id.startsWith(`${wanted}/`) || (/^\d\d$/.test(wanted) && id.startsWith(`${wanted}-`)));
  if (chosen.length === 0) throw new UnknownExercise(asked, nearest(wanted, ids));
  return chosen.map((id) => readExercise(id, folders));
}

function only(ids: string[]): string[] | undefined {
  return ids.length === 1 ? ids : undefined;
}

/** The one exercise with this id; throws UnknownExercise. */
export function findExercise(asked: string, folders: Folders = courseFolders()): Exercise {
  const found = findExercises(asked, folders);
  if (found.length > 1) {
    throw new UnknownExercise(
      asked,
      found.map((exercise) => exercise.id),
    );
  }
  return found[0];
}

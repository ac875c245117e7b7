/**
 * Where the parts of an exercise lie.
 *
 * An exercise "01-slug/name" is one name in five places: the pristine stub, the learner's copy of it, the reference answer,
 * the checks with their description, and the known wrong answers. The learner's copy is outside of what git tracks, so an
 * update of the course never meets it (README, "Your work").
 *
 * Everything is found from the course's top folder, which is the one whose package.json is named "fd3-course". Two
 * environment variables move it: FD3_COURSE (tests use a small course of their own) and FD3_WORK (the learner's folder).
 */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { workFolder } from "../work/places";

/** The folders of one course. */
export interface Folders {
  /** The top of the course. */
  readonly root: string;
  /** The learner's: JupyterLab's root. */
  readonly work: string;
}

/** The files of one exercise, as absolute paths. */
export interface ExerciseFiles {
  readonly stub: string;
  readonly learner: string;
  readonly reference: string;
  /** The checks: a vitest file. */
  readonly test: string;
  /** Title, task and hints (description.ts). */
  readonly description: string;
  /** The folder of known wrong answers. */
  readonly wrong: string;
}

function holdsCourse(folder: string): boolean {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: string }).name === "fd3-course";
  } catch {
    return false;
  }
}

function courseRoot(): string {
  if (process.env.FD3_COURSE) return resolve(process.env.FD3_COURSE);
  for (let folder = __dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    if (holdsCourse(folder)) return folder;
  }
  throw new Error(`No course found above ${__dirname}: no package.json named "fd3-course".`);
}

/** The folders of the course that this code belongs to. */
export function courseFolders(): Folders {
  const root = courseRoot();
  return { root, work: workFolder(root) };
}

/** The files of exercise `id`, for example "01-everything-is-a-descriptor/allocator". They need not exist. */
export function filesOf(id: string, folders: Folders = courseFolders()): ExerciseFiles {
  const [chapter, name] = id.split("/");
  const checks = join(folders.root, "test", "exercises", chapter);
  return {
    stub: join(folders.root, "exercises", chapter, `${name}.ts`),
    learner: join(folders.work, "exercises", chapter, `${name}.ts`),
    reference: join(folders.root, "solutions", chapter, `${name}.ts`),
    test: join(checks, `${name}.test.ts`),
    description: join(checks, `${name}.md`),
    wrong: join(checks, "wrong", name),
  };
}

/**
 * The map of the course: its twelve chapters, which of them are written, and how far the learner has come in each.
 *
 * It is worked out each time from the files (notebooks, exercises, questions) and the learner's journal; nothing is cached.
 */
import { join } from "node:path";
import { show } from "../show";
import { tell } from "./asking";
import { drawMap } from "./course-map-picture";
import { type Chapter, outline } from "./course-outline";
import { filesBelow } from "./disk";
import { courseRoot, workFolder } from "./places";
import { loadQuestions } from "./questions";
import { readProgress } from "./store";

/** So many done, of so many. */
export interface Share {
  done: number;
  of: number;
}

export interface ChapterProgress extends Chapter {
  /** The notebook's name, "01-slug.ipynb"; null for a chapter that is not written yet. */
  notebook: string | null;
  predictions: Share;
  quiz: Share;
  exercises: Share;
}

/** Shows the map. */
export function courseMap(): void {
  tell(() => {
    const { unreadable } = readProgress();
    const note =
      unreadable === 0 ? "" : `${unreadable} line(s) of work/progress.jsonl could not be read and are left out.`;
    show(drawMap(chapterProgress(), note));
  });
}

/** How far the learner has come, chapter by chapter. */
export function chapterProgress(root: string = courseRoot(), work: string = workFolder(root)): ChapterProgress[] {
  const notebooks = filesBelow(join(root, "notebooks")).filter((path) => /^\d\d-[^/]+\.ipynb$/.test(path));
  const exercises = filesBelow(join(root, "exercises")).filter((path) => path.endsWith(".ts"));
  const questions = [...loadQuestions(root).values()];
  const progress = readProgress({ work });
  const share = (ids: readonly string[], isDone: (id: string) => boolean): Share => {
    return { done: ids.filter(isDone).length, of: ids.length };
  };
  return outline.map((chapter) => {
    const isHere = (name: string) => name.startsWith(`${chapter.number}-`);
    const asked = (kind: string) => questions.filter((one) => one.kind === kind && isHere(one.id)).map(({ id }) => id);
    return {
      ...chapter,
      notebook: notebooks.find(isHere) ?? null,
      predictions: share(asked("prediction"), (id) => progress.predictions.has(id)),
      quiz: share(asked("quiz"), (id) => progress.quiz.get(id)?.right === true),
      exercises: share(
        exercises.filter(isHere).map((path) => path.replace(/\.ts$/, "")),
        (id) => progress.exercises.get(id)?.passedAt != null,
      ),
    };
  });
}

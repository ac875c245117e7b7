/**
 * Where things are: the course as it came from the repository, and the learner's work beside it.
 *
 * What is tracked by git (`notebooks/`, `exercises/`) is never edited by a learner, and what a learner edits (`work/`) is
 * never tracked. That is why an update of the course can't end in a merge conflict.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * The course's folder: the one with its package.json. Found from this file, so that it works from any directory; tests name
 * a small course of their own in FD3_COURSE.
 */
export function courseRoot(): string {
  if (process.env.FD3_COURSE) return resolve(process.env.FD3_COURSE);
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file) && readFileSync(file, "utf8").includes('"name": "fd3-course"')) return folder;
    if (folder === dirname(folder)) throw new Error(`no course above ${__dirname}: is package.json in its place?`);
  }
}

/** The learner's folder: `work/` in the course, or what the environment's FD3_WORK says (tests use that). */
export function workFolder(root: string = courseRoot()): string {
  return process.env.FD3_WORK ? resolve(process.env.FD3_WORK) : join(root, "work");
}

/** A moment as the name of a folder, in local time, sorting by age: 2026-11-23T10-18-15. */
export function timestamp(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day}T${two(moment.getHours())}-${two(moment.getMinutes())}-${two(moment.getSeconds())}`;
}

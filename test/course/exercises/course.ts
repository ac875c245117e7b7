/** The small course that these tests work on, and copies of it that may be spoilt. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Folders } from "../../../lib/course/exercises/folders";

const fixtures = join(__dirname, "fixtures");

/** A folder that is gone after the test. */
export function temporaryFolder(parent = tmpdir()): string {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "fd3-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The sample course's top folder, which no test may change. */
export const sampleRoot = join(fixtures, "course");

/** The course as it is, with a learner's folder of its own. */
export function sampleCourse(): Folders {
  return { root: sampleRoot, work: temporaryFolder() };
}

/** A copy of it that a test may change. It stands beside the original, so that what the checks import is found. */
export function copiedCourse(): Folders {
  const root = temporaryFolder(fixtures);
  cpSync(sampleRoot, root, { recursive: true });
  return { root, work: temporaryFolder() };
}

/** The learner's copy of an exercise, made when it isn't there yet. Set-up makes all of them; this is for who came without. */
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { bringFile } from "../work/bring-file";
import { disk } from "../work/disk";
import { timestamp } from "../work/places";
import type { Folders } from "./folders";
import type { Exercise } from "./list";

/** Makes the copy if it is missing, and says whether it did. What is there is never touched. */
export function ensureLearnersCopy(exercise: Exercise, folders: Folders): boolean {
  const { learner, stub } = exercise.files;
  if (existsSync(learner) || !existsSync(stub)) return false;
  const path = relative(folders.work, learner).replaceAll("\\", "/");
  bringFile(path, readFileSync(stub), { work: folders.work, disk, timestamp: timestamp(new Date()) });
  return true;
}

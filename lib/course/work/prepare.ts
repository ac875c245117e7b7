/**
 * Makes the learner's folder ready, each time before JupyterLab starts: what is missing is copied there, and after an update
 * of the course what changed is brought in, without ever losing anything of the learner's.
 *
 *   work/notebooks/    the chapters, to be run and written in       (from notebooks/)
 *   work/exercises/    the exercises, to be solved                  (from exercises/)
 *   work/backups/      what a file held before it was changed
 *   work/progress.jsonl  predictions, answers, exercises passed     (store.ts)
 *   work/.fd3/base/    what the course had when a file was copied: the base of the next merge
 *
 * It can be interrupted anywhere and run again, and running it twice is running it once.
 *
 * Left out: bringing in the changes while JupyterLab has a notebook open; JupyterLab itself notices a file that changed.
 */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { type Bringing, bringFile, type Outcome } from "./bring-file";
import { bringNotebook } from "./bring-notebook";
import { type Disk, filesBelow, disk as realDisk } from "./disk";
import { timestamp, workFolder } from "./places";
import { workTsconfig } from "./work-tsconfig";

export interface PrepareOptions {
  /** The learner's folder. Default: FD3_WORK, or `work` in the root. */
  work?: string;
  /** Names the folder of this run's backups. Default: now. */
  timestamp?: string;
  /** Told each line of the report. Default: console.log. */
  print?: (line: string) => void;
  disk?: Disk;
}

export interface PrepareReport {
  /** What was done, file by file; files that were all right are not listed. */
  outcomes: Outcome[];
  /** The same in a few lines; empty when nothing was done. */
  lines: string[];
}

/** Makes the learner's folder ready, and tells what it did in a few lines. */
export function prepareWork(root: string, options: PrepareOptions = {}): PrepareReport {
  const work = options.work ?? workFolder(root);
  const disk = options.disk ?? realDisk;
  const bringing: Bringing = { work, disk, timestamp: options.timestamp ?? timestamp(new Date()) };
  mkdirSync(work, { recursive: true });
  linkLibrary(root, work);

  const pristine = new Set(courseFiles(root));
  const known = filesBelow(join(work, ".fd3", "base")).filter((path) => path !== "tsconfig.json");
  const outcomes: Outcome[] = [];
  const attempt = (path: string, bring: () => Outcome | null) => {
    try {
      const outcome = bring();
      if (outcome) outcomes.push(outcome);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      outcomes.push({
        path,
        what: "failed",
        note: `${path} could not be brought up to date and is as it was: ${reason}`,
      });
    }
  };
  for (const path of new Set([...pristine, ...known])) {
    attempt(path, () => {
      const theirs = pristine.has(path) ? disk.read(join(root, path)) : null;
      return path.endsWith(".ipynb") ? bringNotebook(path, theirs, bringing) : bringFile(path, theirs, bringing);
    });
  }
  attempt("tsconfig.json", () => bringFile("tsconfig.json", Buffer.from(workTsconfig), bringing));

  const backups = `backups/${bringing.timestamp}`;
  const backedUp = existsSync(join(work, backups)) ? backups : null;
  const lines = summary(outcomes, isInside(root, work) ? relative(root, work) : work, backedUp);
  for (const line of lines) (options.print ?? console.log)(line);
  return { outcomes, lines };
}

/** The files of the course that a learner gets a copy of. */
function courseFiles(root: string): string[] {
  const notebooks = filesBelow(join(root, "notebooks")).filter(
    (path) => !path.endsWith(".md") && !path.startsWith("questions/") && path !== "claims.json",
  );
  const exercises = filesBelow(join(root, "exercises"));
  return [...notebooks.map((path) => `notebooks/${path}`), ...exercises.map((path) => `exercises/${path}`)];
}

/** `import … from "fd3"` looks in the folders above. Where those aren't the course's, a link stands in. */
function linkLibrary(root: string, work: string): void {
  if (isInside(root, work)) return;
  const link = join(work, "node_modules");
  if (!existsSync(link)) symlinkSync(join(root, "node_modules"), link, "junction");
}

function isInside(root: string, folder: string): boolean {
  const away = relative(root, folder);
  return !away.startsWith("..") && !isAbsolute(away);
}

/** At most so many sentences about single files; a first start or a great update would fill the screen. */
const maxNotes = 6;

function summary(outcomes: readonly Outcome[], folder: string, backedUp: string | null): string[] {
  const count = (...what: Array<Outcome["what"]>) => outcomes.filter((outcome) => what.includes(outcome.what)).length;
  const lines: string[] = [];
  const created = count("created");
  const changed = count("updated", "merged");
  const removed = count("removed");
  if (created > 0) lines.push(`Put ${files(created)} of the course into ${folder}/: that folder is yours to work in.`);
  if (changed > 0)
    lines.push(`Brought ${files(changed)} up to the newest version of the course; what you wrote is as it was.`);
  if (removed > 0) lines.push(`Took ${files(removed)} away that the course no longer has and you had not changed.`);
  const notes = outcomes.flatMap((outcome) => outcome.note ?? []);
  lines.push(...notes.slice(0, maxNotes));
  if (notes.length > maxNotes) lines.push(`… and ${notes.length - maxNotes} more like these.`);
  if (backedUp !== null) lines.push(`What your files held before is in ${folder}/${backedUp}/`);
  return lines;
}

function files(count: number): string {
  return count === 1 ? "one file" : `${count} files`;
}

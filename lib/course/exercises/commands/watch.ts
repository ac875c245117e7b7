/** `npm run watch`: the state of one exercise, or of all of a chapter, in a terminal; again after each save. */
import { Checker } from "../checker/client";
import { courseFolders, type Folders } from "../folders";
import { followFile } from "../follow-file";
import { ensureLearnersCopy } from "../learners-copy";
import { type Exercise, findExercises, listExercises } from "../list";
import { recheck } from "../recheck";
import { record } from "../record";
import { type AnswerReport, passed } from "../report";
import { paintFor, reportText, standing } from "../to-text";
import { readArguments, runCommand, UsageError } from "./options";

const help = `npm run watch -- [exercise]

Checks an exercise, and again each time you save your file. Without a name it follows all exercises and shows the one
that was saved last. Names as for \`npm run grade\`. Ctrl-C ends it.

  --help  this
`;

const CLEAR = "\x1b[2J\x1b[3J\x1b[H";

export async function watch(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { help: { type: "boolean", short: "h" } }, "watch");
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (positionals.length > 1) throw new UsageError("Watch one exercise, one chapter, or all of them.");
  const folders = courseFolders();
  const exercises = positionals.length > 0 ? findExercises(positionals[0], folders) : listExercises(folders);
  if (exercises.length === 0) throw new UsageError("There are no exercises yet.");
  const checker = new Checker();
  for (const exercise of exercises) {
    ensureLearnersCopy(exercise, folders);
    follow(exercise, checker, folders, exercises.length === 1);
  }
  if (exercises.length > 1) screen(`Following ${exercises.length} exercises: save one of them.`);
  await new Promise<void>((resolve) => process.once("SIGINT", resolve));
  checker.close();
  process.exit(0);
}

function follow(exercise: Exercise, checker: Checker, folders: Folders, now: boolean): void {
  const { learner, test } = exercise.files;
  const check = recheck(
    checker,
    { test, answer: learner },
    {
      checking: () => screen(`${exercise.title}  checking …`),
      report: (report) => reported(exercise, report, folders),
      trouble: (error) => screen(`The checker doesn't work: ${error.message}`),
    },
  );
  followFile(learner, check);
  followFile(test, check);
  if (now) check();
}

function reported(exercise: Exercise, report: AnswerReport, folders: Folders): void {
  record(folders, exercise.id, passed(report));
  const time = new Date().toTimeString().slice(0, 8);
  const text = reportText(exercise, report, paintFor(process.stdout));
  screen(`${text}\n\n${standing(report)}, checked at ${time}. Waiting for the next save of ${exercise.files.learner}`);
}

/** A fresh screen in a terminal; in a file or a pipe one report after the other. */
function screen(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? CLEAR : ""}${text}\n`);
}

if (require.main === module) runCommand(watch);

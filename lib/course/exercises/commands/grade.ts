/**
 * `npm run grade`: how all exercises stand, as a table; or some of them in full, each with its first failure.
 *
 * Left out: protection. The answer runs on this machine with the rights of whoever types this, which is right for one's own.
 */
import { type AnswersOf, answersNamed } from "../answers";
import { Checker } from "../checker/client";
import { courseFolders, type Folders } from "../folders";
import { ensureLearnersCopy } from "../learners-copy";
import { type Exercise, findExercises, listExercises } from "../list";
import { record } from "../record";
import { type AnswerReport, firstFailure, passed } from "../report";
import { type Paint, paintFor, reportText, standing } from "../to-text";
import { readArguments, runCommand, UsageError } from "./options";

const help = `npm run grade -- [exercise …] [--json] [--answers mine|solutions|stubs|<path>]

Checks exercises. Without a name: all of them, as a table. With names: these, in full. A name is the whole one
("01-everything-is-a-descriptor/allocator"), its last part, a chapter ("01"), or the path of the file.

  --json      one JSON object per exercise and line, for programs
  --answers   whose answers: mine (work/exercises, as always), solutions, stubs, or the path of a file or folder
  --no-types  don't ask the TypeScript compiler
  --help      this

Ends with 0 when all that was asked for passes, 1 when something fails, 2 when the command makes no sense.
`;

interface Graded {
  readonly exercise: Exercise;
  readonly answer: string;
  readonly report: AnswerReport;
}

export async function grade(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(
    args,
    {
      help: { type: "boolean", short: "h" },
      json: { type: "boolean" },
      answers: { type: "string", default: "mine" },
      "no-types": { type: "boolean" },
    },
    "grade",
  );
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const folders = courseFolders();
  const answerOf = answers(values.answers);
  const exercises = unique(
    positionals.flatMap((asked) => findExercises(asked, folders)),
    folders,
  );
  const mine = values.answers === "mine";
  const types = values["no-types"] !== true && (positionals.length > 0 || values.json === true);
  const checker = new Checker({ types });
  let good = true;
  try {
    for (const exercise of exercises) {
      if (mine) ensureLearnersCopy(exercise, folders);
      const answer = answerOf(exercise);
      const report = await checker.check({ test: exercise.files.test, answer, types });
      if (mine) record(folders, exercise.id, passed(report));
      good &&= passed(report);
      print({ exercise, answer, report }, values.json ? "json" : positionals.length > 0 ? "full" : "row", exercises);
    }
  } finally {
    checker.close();
  }
  return good ? 0 : 1;
}

function answers(name: string): AnswersOf {
  try {
    return answersNamed(name);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Each exercise once, in the order in which they were asked for; all of them when none was. */
function unique(asked: Exercise[], folders: Folders): Exercise[] {
  const all = asked.length > 0 ? asked : listExercises(folders);
  if (all.length === 0) process.stdout.write("There are no exercises yet.\n");
  return [...new Map(all.map((exercise) => [exercise.id, exercise])).values()];
}

function print(graded: Graded, how: "json" | "full" | "row", all: readonly Exercise[]): void {
  const { exercise, answer, report } = graded;
  const paint = paintFor(process.stdout);
  if (how === "json") {
    const { id, title } = exercise;
    process.stdout.write(`${JSON.stringify({ exercise: id, title, answer, passed: passed(report), ...report })}\n`);
  } else if (how === "full") {
    process.stdout.write(`${reportText(exercise, report, paint)}\n\n`);
  } else process.stdout.write(`${row(graded, Math.max(...all.map((one) => one.id.length)), paint)}\n`);
}

/** A line of the table; a failing exercise says in its first sentence why. */
function row({ exercise, report }: Graded, width: number, paint: Paint): string {
  const good = passed(report);
  const line = `${good ? "✓" : "✗"} ${exercise.id.padEnd(width)}  ${standing(report)}`;
  const first = firstFailure(report);
  return paint(line, good ? "green" : "red") + (first ? `\n    ${first.failure.says}` : "");
}

if (require.main === module) runCommand(grade);

/**
 * `npm run play -- file.ts --on model,linux,node`: any program file of a learner's, on any kernel, as strace shows it.
 *
 * start.cjs has made TypeScript loadable and calls `main`. The compiler checks the file in a thread of its own while the
 * kernels load. Nothing is written anywhere: the programs' files live in folders of the runs.
 */

import { kernels, sideBySide } from "./kernels";
import { help, readArguments, UsageError } from "./play/arguments";
import { findFile, loadPrograms, type Places, typeErrors } from "./play/load-programs";
import { comparisonJson, runText, statusOfRun } from "./play/report";

/** Runs the command and returns its exit status. */
export async function main(args: readonly string[], places: Places): Promise<number> {
  try {
    return await play(args, places);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

async function play(args: readonly string[], places: Places): Promise<number> {
  const asked = readArguments(args);
  if (!asked) {
    console.log(help);
    return 0;
  }
  const file = findFile(asked.file);
  if (asked.check) {
    const errors = await typeErrors(file, places);
    if (errors !== "")
      throw new UsageError(`${errors}\n\nThe compiler found errors; --no-check runs the file all the same.`);
  }
  const programs = loadPrograms(file, asked.args);
  const alone = asked.on.length === 1 ? kernels[asked.on[0]] : null;
  const why = alone?.unavailable();
  if (why) throw new UsageError(why);
  if (alone && !asked.json) {
    const run = await alone.run(programs, asked.options);
    console.log(runText(run));
    return statusOfRun(run);
  }
  const comparison = await sideBySide(programs, { on: asked.on, ...asked.options });
  const { runs, different } = comparison;
  console.log(asked.json ? comparisonJson(comparison) : String(comparison));
  return alone ? statusOfRun(runs[0]) : Number(different > 0);
}

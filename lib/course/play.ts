/**
 * `npm run play -- file.ts --on model,linux,node`: any program file of a learner's, on any kernel, as strace shows it.
 *
 * start.cjs has made TypeScript loadable and calls `main`. The compiler checks the file in a thread of its own while the
 * kernels load. Nothing is written anywhere: the programs' files live in folders of the runs.
 */
import { writeFileSync } from "node:fs";
import { toolsText } from "../real/tools/text";
import { framesOf } from "../real/tools/tools";
import type { Run } from "../sys";
import { pcapFile } from "../trace/pcap";
import { kernels, sideBySide } from "./kernels";
import { fromHere, help, readArguments, UsageError } from "./play/arguments";
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
  const { show, at } = asked;
  if (asked.pcap !== undefined && !show.includes("frames")) show.push("frames");
  const tools = show.some((part) => part !== "trace");
  if (alone && !asked.json && !tools) {
    const run = await alone.run(programs, asked.options);
    console.log(runText(run));
    return statusOfRun(run);
  }
  const comparison = await sideBySide(programs, { on: asked.on, show, at, ...asked.options });
  const { runs, different } = comparison;
  if (asked.json) console.log(comparisonJson(comparison));
  else if (alone)
    console.log([...(comparison.trace ? [runText(runs[0])] : []), toolsText(comparison.tools)].join("\n\n"));
  else console.log(String(comparison));
  if (asked.pcap !== undefined) for (const run of runs) savePcap(run, asked.pcap);
  return alone ? statusOfRun(runs[0]) : Number(different > 0);
}

/** Writes a run's frames beside where the person stands, and says so. */
function savePcap(run: Run, name: string): void {
  const frames = framesOf(run);
  if (frames === null) return;
  const file = fromHere(`${name}.${run.kernel}.pcap`);
  try {
    writeFileSync(file, pcapFile(frames));
  } catch (error) {
    throw new UsageError(`${file} can't be written: ${error instanceof Error ? error.message : error}`);
  }
  console.error(`${frames.length} frames are in ${file}`);
}

/** `npm run soak`: the chapters' programs and more, again and again on the model and on the real machine. */
import { parseArgs } from "node:util";
import { kernels } from "../../lib/course/kernels";
import { dismissSpares } from "../../lib/real/linux/runner/agent-pool";
import { chapterPrograms } from "./chapter-programs";
import { soakPrograms } from "./programs";
import { belongings, compareOnce, leak } from "./soak";

const HELP = `npm run soak -- [options]

Runs every program of the chapters, and more programs of several processes, again and again on the model and on this machine's
own system calls. Reports each difference that no rule explains, every run that doesn't end, and what a run left behind.

  --runs N       how many side-by-side runs in all (1000)
  --only TEXT    only programs whose name contains TEXT
  --on KERNEL    what to compare the model with: linux or node (linux)
  --show N       how many complaints are shown in full (3)
  --list         the programs' names
  --help         this text

Exit status: 0 when there was nothing to report, 1 when there was, 2 when the command itself is wrong.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "1000" },
      only: { type: "string", default: "" },
      on: { type: "string", default: "linux" },
      show: { type: "string", default: "3" },
      list: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [runs, show] = [values.runs, values.show].map(Number);
  if (![runs, show].every((number) => Number.isInteger(number) && number >= 0)) {
    console.error("--runs and --show take whole numbers.");
    return 2;
  }
  const { on, only } = values;
  if (on !== "linux" && on !== "node") {
    console.error(`The model is compared with linux or node, not with "${on}".`);
    return 2;
  }
  const missing = kernels[on].unavailable();
  if (missing !== null) {
    console.error(missing);
    return 2;
  }
  const programs = [...(await chapterPrograms()), ...soakPrograms].filter(
    ({ name, notOnNode }) => name.includes(only) && !(on === "node" && notOnNode),
  );
  if (programs.length === 0) {
    console.error(`No program's name contains "${only}"; --list shows all.`);
    return 2;
  }
  if (values.list) {
    console.log(programs.map(({ name }) => name).join("\n"));
    return 0;
  }
  return soak(programs, runs, on, show);
}

async function soak(
  programs: Awaited<ReturnType<typeof chapterPrograms>>,
  runs: number,
  on: "linux" | "node",
  show: number,
): Promise<number> {
  // The first run of each program opens what stays open as long as this process lives.
  for (const program of runs > programs.length ? programs : programs.slice(0, 1)) await compareOnce(program, on);
  const before = await belongings();
  const complaints = new Map<string, string[]>();
  const begun = performance.now();
  for (let i = 0; i < runs; i++) {
    const program = programs[i % programs.length];
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${i + 1}/${runs} ${program.name}`);
    const found = await compareOnce(program, on);
    if (found !== null) complaints.set(program.name, [...(complaints.get(program.name) ?? []), found]);
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const seconds = (performance.now() - begun) / 1000;
  const left = leak(before, await belongings());
  const all = [...complaints.values()];
  for (const text of all.map(([first]) => first).slice(0, show)) console.log(`${text}\n`);
  for (const [name, texts] of complaints)
    console.log(`${texts.length} of ${Math.ceil(runs / programs.length)} runs: ${name}`);
  console.log(
    `${runs} side-by-side runs of ${programs.length} programs on model and ${on} in ${seconds.toFixed(0)} s: ` +
      `${all.flat().length} with unexplained differences, ${left ?? "nothing left behind"}`,
  );
  return all.length > 0 || left !== null ? 1 : 0;
}

main().then(
  async (code) => {
    await dismissSpares();
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);

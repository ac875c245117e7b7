/**
 * The programs of the chapters, as a reader's cells run them: every program that a cell hands to a kernel, with its options.
 *
 * The chapter's code cells are run one after the other with an `fd3` whose kernels note what they are given and answer with the
 * model's run. Cells that use the machine directly (Node's own sockets, files, processes) hold no program and are left out.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as typescript from "typescript";
import { parseChapter } from "../../lib/course/notebooks/parse";
import * as fd3 from "../../lib/index";
import type { Programs, RunOptions } from "../../lib/sys";
import { runModel } from "../../lib/world";

export interface SoakProgram {
  /** "01: fromTcp", or what the program is. */
  readonly name: string;
  readonly programs: Programs;
  readonly options?: RunOptions;
  /** Uses what Node doesn't offer (lib/real/node/limits.ts). */
  readonly notOnNode?: true;
}

const notebooks = join(__dirname, "..", "..", "notebooks");
const USES_THE_MACHINE = /\b(?:net|fs|dgram|http)\.|\bspawn\(/;

/** The programs of all chapters that are written, in their order. */
export async function chapterPrograms(): Promise<SoakProgram[]> {
  const found: SoakProgram[] = [];
  for (const file of readdirSync(notebooks).sort()) {
    if (file.endsWith(".md")) found.push(...(await programsOf(file.slice(0, 2), join(notebooks, file))));
  }
  return found;
}

async function programsOf(chapter: string, file: string): Promise<SoakProgram[]> {
  const cells = parseChapter(readFileSync(file, "utf8")).cells.filter(({ type }) => type === "code");
  const source = cells.flatMap((cell) => (USES_THE_MACHINE.test(cell.source) ? [] : [cell.source])).join("\n");
  const { outputText } = typescript.transpileModule(source, {
    compilerOptions: { target: typescript.ScriptTarget.ES2022, module: typescript.ModuleKind.CommonJS },
  });
  const found = new Map<Programs, SoakProgram>();
  const note = (programs: Programs, options?: RunOptions) => {
    // A program that runs on several kernels is one and the same function.
    const key = typeof programs === "function" ? programs : Object.values(programs)[0];
    const name = `${chapter}: ${nameOf(programs) || `program ${found.size + 1}`}`;
    found.set(key, { name, programs, options });
    return runModel(programs, options);
  };
  const kernel = (name: string) => ({ name, unavailable: () => null, run: note });
  const silent = () => ({ html: "", text: "" });
  const stubs = { show: silent, predict: silent, reveal: silent, quiz: silent, exercise: silent, courseMap: silent };
  const kernels = { runModel: note, model: kernel("model"), linux: kernel("linux"), node: kernel("node") };
  const sideBySide = (programs: Programs, options?: RunOptions) => fd3.compareRuns([note(programs, options)]);
  const library = { ...fd3, ...stubs, ...kernels, sideBySide };
  const require = createRequire(__filename);
  const load = (name: string) => (name === "fd3" ? library : require(name));
  const run = new Function("require", "exports", "console", `return (async () => {${outputText}\n})()`);
  await run(load, {}, { log: silent });
  return [...found.values()];
}

function nameOf(programs: Programs): string {
  if (typeof programs === "function") return programs.name;
  return Object.entries(programs)
    .map(([name, program]) => (program.name === name || program.name === "" ? name : `${name} ${program.name}`))
    .join(", ");
}

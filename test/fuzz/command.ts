/** `npm run fuzz`: random scripts on the model and on the real machine, for as long as you like. */
import { parseArgs } from "node:util";
import { linux } from "../../lib/real/linux";
import { asTest } from "./as-test";
import { disagreement } from "./disagreement";
import { randomScript } from "./play";
import { type Kind, kinds, type Step } from "./step";

const HELP = `npm run fuzz -- [--steps 20000] [--seed 1000] [--length 80] [--kinds ${kinds.join(",")}]

Plays random scripts of several processes and threads on the model and on the real machine. Each disagreement is made as short as it
can be and printed as a test for test/conformance/programs, with what both gave beside each step.
  --steps N      stop after so many steps
  --seed S       the first script's seed; the same seeds give the same scripts as long as the model gives the same answers
  --length N     steps in each script
  --kinds A,B    only steps of these kinds
  --keep-going N stop after so many disagreements (20)

Ctrl-C ends it after the script under way. "Not steady on Linux" are differences that the real machine itself doesn't show each time.`;

const PROGRESS_MS = 5000;

interface Settings {
  readonly steps: number;
  readonly seed: number;
  readonly length: number;
  readonly limit: number;
  readonly kinds: readonly Kind[];
}

function settings(): Settings | string {
  const { values } = parseArgs({
    options: {
      steps: { type: "string", default: "20000" },
      seed: { type: "string", default: "1000" },
      length: { type: "string", default: "80" },
      kinds: { type: "string", default: kinds.join(",") },
      "keep-going": { type: "string", default: "20" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return HELP;
  const numbers = [values.steps, values.seed, values.length, values["keep-going"]].map(Number);
  if (!numbers.every((number) => Number.isInteger(number) && number > 0)) {
    throw new Error(`--steps, --seed, --length and --keep-going take whole numbers above 0.\n\n${HELP}`);
  }
  const chosen = values.kinds.split(",") as Kind[];
  const stranger = chosen.find((kind) => !kinds.includes(kind));
  if (stranger !== undefined) throw new Error(`There is no kind "${stranger}". There are: ${kinds.join(", ")}.`);
  const [steps, seed, length, limit] = numbers;
  return { steps, seed, length, limit, kinds: chosen };
}

/** Steps by kind: in all, and since the last disagreement in such a step. */
class Tally {
  scripts = 0;
  unsteady = 0;
  found = 0;
  private readonly all = new Map<Kind, number>();
  private readonly since = new Map<Kind, number>();

  add(steps: readonly Step[], blamed: Kind | null): void {
    this.scripts++;
    for (const { kind } of steps) {
      this.all.set(kind, (this.all.get(kind) ?? 0) + 1);
      this.since.set(kind, (this.since.get(kind) ?? 0) + 1);
    }
    if (blamed !== null) this.since.set(blamed, 0);
  }

  get steps(): number {
    return [...this.all.values()].reduce((sum, count) => sum + count, 0);
  }

  get line(): string {
    return `${this.steps} steps in ${this.scripts} scripts, ${this.found} disagreements, ${this.unsteady} not steady on Linux`;
  }

  toString(): string {
    const rows = [...this.all].map(([kind, count]) => `  ${kind.padEnd(12)} ${count} (${this.since.get(kind)})`);
    return [this.line, "By kind (since its last disagreement):", ...rows].join("\n");
  }
}

async function main(): Promise<number> {
  const wanted = settings();
  if (typeof wanted === "string") {
    console.log(wanted);
    return 0;
  }
  const missing = linux.unavailable();
  if (missing !== null) throw new Error(missing);
  const tally = new Tally();
  let told = performance.now();
  let stopped = false;
  process.once("SIGINT", () => {
    stopped = true;
  });
  for (let seed = wanted.seed; !stopped && tally.steps < wanted.steps && tally.found < wanted.limit; seed++) {
    const { steps, played } = await randomScript(seed, wanted.length, wanted.kinds);
    const { disagreement: found, compared } = await disagreement(steps, played);
    const different = found !== null && found !== "unsteady" ? found : null;
    if (found === "unsteady") tally.unsteady++;
    if (different !== null) {
      tally.found++;
      console.log(`\n${asTest(seed, different)}`);
    }
    tally.add(steps.slice(0, compared), different?.steps.at(-1)?.kind ?? null);
    if (performance.now() - told > PROGRESS_MS) {
      told = performance.now();
      console.error(`seed ${seed}: ${tally.line}`);
    }
  }
  console.log(String(tally));
  return tally.found === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);

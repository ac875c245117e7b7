/** `npm run fuzz`: random programs on the model and on the real machine, for as long as you like. */
import { parseArgs } from "node:util";
import { linux } from "../../lib/real/linux";
import { asTest, disagreement } from "./disagreement";
import { randomSteps } from "./random-program";

const HELP = `npm run fuzz -- [--programs 500] [--length 60] [--from 1000]

Runs random programs on the model and on the real machine, and prints each disagreement, made as short as it can be, as a test.
  --programs N   how many programs (seeds from --from on)
  --length N     how many calls each makes
  --from SEED    the first seed; the same seeds give the same programs`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      programs: { type: "string", default: "500" },
      length: { type: "string", default: "60" },
      from: { type: "string", default: "1000" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [programs, length, from] = [values.programs, values.length, values.from].map(Number);
  if (![programs, length, from].every((number) => Number.isInteger(number) && number > 0)) {
    console.error(`--programs, --length and --from take whole numbers above 0.\n\n${HELP}`);
    return 2;
  }
  const missing = linux.unavailable();
  if (missing !== null) {
    console.error(missing);
    return 2;
  }
  let found = 0;
  for (let seed = from; seed < from + programs; seed++) {
    if (process.stderr.isTTY) process.stderr.write(`\rseed ${seed}, ${found} disagreements `);
    const difference = await disagreement(randomSteps(seed, length));
    if (difference === null) continue;
    found++;
    console.log(`\n${asTest(seed, difference)}`);
  }
  console.log(`${programs * length} steps in ${programs} programs: ${found} disagreements`);
  return found === 0 ? 0 : 1;
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

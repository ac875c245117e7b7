/** `npm run coverage:calls`: which call fails with what in the conformance programs, and what is missing. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { markdown, rows, seenOnModel } from "./coverage";

const HELP = `npm run coverage:calls -- [--write] [--open]

Runs the conformance programs on the model and prints the table of coverage: for each system call, each error that its man page
lists, with programs that provoke it or the reason why none does.
  --write   puts the table into test/conformance/COVERAGE.md instead
  --open    prints only what has neither program nor reason; the exit status is 1 when there is any`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      write: { type: "boolean", default: false },
      open: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const all = rows(await seenOnModel());
  if (values.open) {
    const open = all.filter(({ listed, programs, reason }) => listed && programs.length === 0 && reason === null);
    for (const { call, errno } of open) console.log(`${call} ${errno}`);
    return open.length === 0 ? 0 : 1;
  }
  if (values.write) writeFileSync(join(__dirname, "../COVERAGE.md"), markdown(all));
  else console.log(markdown(all));
  return 0;
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

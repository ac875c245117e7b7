// @ts-check
/** `npm run setup`: only the set-up, without starting anything. */
import { setUp } from "./set-up.mjs";

const help = `npm run setup

Brings everything in place that the course needs, into this folder only: node_modules/, .venv/, lib/dist/.
What is in place already is left alone. "npm run lab" and "npm test" do the same before they start.
`;

/** @param {string[]} args */
export async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(help);
    return 0;
  }
  if (args.length > 0) {
    process.stderr.write(`npm run setup takes no arguments, but got: ${args.join(" ")}\n`);
    return 2;
  }
  await setUp();
  return 0;
}

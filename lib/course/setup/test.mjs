// @ts-check
/** `npm test`: the set-up, then vitest with the arguments given, and vitest's exit status. */
import { join } from "node:path";
import { runAttached } from "./attached.mjs";
import { root } from "./paths.mjs";
import { setUp } from "./set-up.mjs";

const help = `npm test [-- arguments for vitest]

Sets up what is missing, then runs the tests once and exits with vitest's status. For example:
  npm test                                  all tests
  npm test -- test/kernel                   one folder
  npm test -- -t "end of file"              tests by name
`;

/** @param {string[]} args */
export async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(help);
    return 0;
  }
  await setUp();
  return runAttached(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", ...args], {
    cwd: root,
  });
}

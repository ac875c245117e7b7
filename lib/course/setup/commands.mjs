// @ts-check
/** The commands, by name, and what they have in common: how a problem is shown. */
import { Problem } from "./problem.mjs";

/** Each is loaded only when it is asked for. @type {Record<string, () => Promise<{ main: (args: string[]) => Promise<number> }>>} */
const commands = {
  lab: () => import("./lab.mjs"),
  setup: () => import("./setup-command.mjs"),
  test: () => import("./test.mjs"),
  doctor: () => import("./doctor.mjs"),
};

/**
 * Runs a command and sets the exit status: 0, what the command says, or 1 after a problem.
 * @param {string} name
 * @param {string[]} args
 */
export async function runCommand(name, args) {
  const load = commands[name];
  if (!load) {
    console.error(`No such command: ${name}. There are: ${Object.keys(commands).join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  try {
    const { main } = await load();
    process.exitCode = await main(args);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.output) console.error(`\n${error.output.replace(/^/gm, "    ")}`);
    console.error(`\n${error.message}\n${error.advice.map((line) => `  ${line}`).join("\n")}`);
    process.exitCode = 1;
  }
}

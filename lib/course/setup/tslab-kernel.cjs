// @ts-check
/**
 * Starts the tslab kernel: `node tslab-kernel.cjs <tslab's main.js> kernel --config-path <file>`.
 *
 * JupyterLab sends messages that tslab doesn't know (comm_open, for widgets). It says so with console.warn, which ends up in
 * the terminal or, worse, in the output of whichever cell ran last. Neither is of use to anybody. And it loses names that are used in
 * shorthand (tslab-shorthand.cjs).
 */
const { createRequire } = require("node:module");
const { writeOutShorthandIn } = require("./tslab-shorthand.cjs");

const warn = console.warn;
console.warn = (...args) => {
  if (typeof args[0] === "string" && args[0].startsWith("unknown msg_type: ")) return;
  warn(...args);
};

const [, , main, ...args] = process.argv;
process.argv = [process.argv[0], main, ...args];
const requireOfTslab = createRequire(main);
writeOutShorthandIn(requireOfTslab("./converter"), requireOfTslab("@tslab/typescript-for-tslab"));
requireOfTslab(main).main();

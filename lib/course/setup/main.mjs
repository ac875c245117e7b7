/**
 * The entry of `npm run lab`, `npm test`, `npm run doctor` and the other commands that must work on a fresh clone.
 *
 * It holds nothing but the check that Node is new enough. That must come before anything newer is even parsed, so this file
 * is written in the JavaScript that any Node understands which knows modules, and loads the rest only afterwards.
 *
 * Everything in this folder is plain JavaScript without dependencies: it runs before there is a `node_modules`.
 */
const wanted = [20, 19];
const running = process.versions.node.split(".").map(Number);

if (running[0] < wanted[0] || (running[0] === wanted[0] && running[1] < wanted[1])) {
  console.error(`Node ${process.versions.node} is too old: fd3 needs Node ${wanted.join(".")} or newer.`);
  console.error("Get the current LTS version from https://nodejs.org/en/download and run the command again.");
  process.exit(1);
} else {
  import("./commands.mjs").then((commands) => commands.runCommand(process.argv[2] || "help", process.argv.slice(3)));
}

/** `npm run notebooks:execute`: every notebook, top to bottom, on the real kernel; a line each. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Execution, execute, root, scratchWork } from "./execute";

const help = `npm run notebooks:execute [-- options] [notebook …]

Executes notebooks (all of notebooks/, unless some are named) top to bottom on the TypeScript kernel, in a work folder of
their own. A cell that fails, prints to stderr, or isn't run is shown with what it put out.

  --timeout SECONDS   how long one cell may take (120)
  --shuffle SEED      run the cells within each section in another order; the first section stays as it is
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      timeout: { type: "string", default: "120" },
      shuffle: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  for (const name of ["timeout", "shuffle"] as const) {
    if (values[name] === undefined || /^\d+$/.test(values[name])) continue;
    process.stderr.write(`--${name} takes a whole number, not "${values[name]}"\n`);
    return 2;
  }
  const folder = join(root, "notebooks");
  const all = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
  const notebooks =
    positionals.length > 0 ? positionals.map((path) => resolve(path)) : all.sort().map((name) => join(folder, name));
  const missing = notebooks.filter((path) => !existsSync(path) || !path.endsWith(".ipynb"));
  if (missing.length > 0 || notebooks.length === 0) {
    process.stderr.write(`No such notebook (.ipynb): ${missing.join(", ") || folder}\n`);
    return 2;
  }
  const setup = spawnSync(process.execPath, [join(root, "lib/course/setup/main.mjs"), "setup"], { stdio: "inherit" });
  if (setup.status !== 0) return setup.status ?? 1;
  const { work, remove } = scratchWork();
  let failed = 0;
  try {
    for (const notebook of notebooks) {
      const execution = await execute(notebook, work, {
        timeout: Number(values.timeout),
        shuffle: values.shuffle === undefined ? undefined : Number(values.shuffle),
      });
      if (execution.complaints.length > 0) failed += 1;
      process.stdout.write(report(execution));
    }
  } finally {
    remove();
  }
  process.stdout.write(`Notebooks: ${notebooks.length - failed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

function report({ notebook, cells, seconds, complaints }: Execution): string {
  const mark = complaints.length > 0 ? "✗" : "✓";
  const lines = [`${mark} ${notebook}: ${cells} code cells, ${seconds.toFixed(1)} s`];
  const shown = complaints.filter((complaint) => !complaint.what.startsWith("was not run"));
  for (const { what, source, output } of shown) {
    lines.push(`  A cell ${what}:`, indent(source, "    | "), ...(output ? [indent(output, "    > ")] : []));
  }
  const skipped = complaints.length - shown.length;
  if (skipped > 0) lines.push(`  ${skipped} cells after it were not run.`);
  return `${lines.join("\n")}\n`;
}

function indent(text: string, by: string): string {
  return text.trimEnd().replace(/^/gm, by);
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);

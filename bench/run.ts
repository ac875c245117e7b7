/**
 * `npm run bench`: how fast is the model, as ratios in one run.
 *
 *     npm run bench                 a table
 *     npm run bench -- --json       the same as JSON
 *     npm run bench -- read         only rows whose name contains "read"
 *
 * Each row is measured several times in turn with the row it is compared with, and the median counts. Absolute figures depend on
 * the machine and on what else it does; the ratios are what to quote.
 */
import { type Bench, groups } from "./benches";

const ROUNDS = 5;

interface Row {
  name: string;
  /** Millions of operations (or of bytes) a second; of a row that measures a size, its size. */
  figure: number;
  unit: string;
  comparedWith: string | null;
  ratio: number | null;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function once(bench: Bench): Promise<number> {
  const start = process.hrtime.bigint();
  const amount = await bench.run();
  if (bench.size) return amount;
  return amount / (Number(process.hrtime.bigint() - start) / 1e3);
}

async function measure(chosen: readonly Bench[]): Promise<Row[]> {
  const results = new Map<string, number[]>();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const bench of chosen) {
      process.stderr.write(`\rround ${round} of ${ROUNDS}: ${bench.name}                              `);
      const speed = await once(bench);
      // The first round is for the compiler.
      if (round > 0) results.set(bench.name, [...(results.get(bench.name) ?? []), speed]);
    }
  }
  process.stderr.write("\r\u001b[K");
  return chosen.map(({ name, unit, size = false, comparedWith = null }) => {
    const speeds = results.get(name) ?? [];
    const others = comparedWith === null ? undefined : results.get(comparedWith);
    const ratio = others === undefined ? null : median(speeds.map((speed, i) => speed / others[i]));
    return { name, figure: median([...speeds]), unit: size ? unit : `M ${unit}/s`, comparedWith, ratio };
  });
}

function print(rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, figure, unit, comparedWith, ratio } of rows) {
    const digits = figure < 1 ? 4 : figure < 1000 ? 2 : 0;
    const shown = `${figure.toFixed(digits).padStart(9)} ${unit}`.padEnd(28);
    const compared = ratio === null ? "" : `${ratio.toFixed(2)} × ${comparedWith}`;
    console.log(`${name.padEnd(width)} ${shown} ${compared}`);
  }
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    console.log("npm run bench [-- --json] [-- name]   measures the model; ratios compare rows of the same run");
    return 0;
  }
  const words = args.filter((arg) => !arg.startsWith("--"));
  const benches = groups.flat();
  const wanted = benches.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const peers = benches.filter(({ name }) => wanted.some(({ comparedWith }) => comparedWith === name));
  if (wanted.length === 0) {
    console.error(`no row is called like that; there are: ${benches.map(({ name }) => name).join(", ")}`);
    return 2;
  }
  const rows: Row[] = [];
  for (const group of groups)
    rows.push(...(await measure(group.filter((bench) => peers.includes(bench) || wanted.includes(bench)))));
  if (args.includes("--json")) console.log(JSON.stringify(rows, null, 2));
  else print(rows);
  return 0;
}

main().then((code) => {
  process.exitCode = code;
});

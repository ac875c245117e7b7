/**
 * `npm run bench`: how fast is the model, as ratios in one run; HELP below says how to call it.
 *
 * Each row is measured several times in turn with the row it is compared with, and the median counts. Absolute figures depend on
 * the machine and on what else it does; the ratios are what to quote.
 */
import { parseArgs } from "node:util";
import { type Bench, groups } from "./benches";

const benches = groups.flat();

/** So many rounds are for the compiler, before those that count. */
const WARM_UP = 3;

const HELP = `npm run bench [-- [--json] [--rounds <number>] [<name>…]]

Measures how fast the model is, on one core and with nobody listening to its trace. Most rows are compared with another row
of the same run, such as real sockets of Node's: quote these ratios, because absolute figures depend on the machine.

  <name>              only rows whose name contains one of these, and the rows that they are compared with
  --rounds <number>   how often each row is measured, besides ${WARM_UP} times to warm up; the median counts. Default 5
  --json              one JSON array of rows, on standard output, instead of the table:
                      { name, figure, unit, comparedWith, ratio }, the last two null where a row stands alone
                      (npm run --silent bench -- --json keeps npm's own lines out of it)
  --help              this text

Exit status: 0, or 2 when it is called wrongly.

Rows:
${benches.map(({ name, comparedWith }) => `  ${name}${comparedWith === undefined ? "" : `, compared with "${comparedWith}"`}`).join("\n")}`;

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

/** One line that is overwritten, for who sits before it; nothing in a log file. */
function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
}

async function measure(chosen: readonly Bench[], rounds: number): Promise<Row[]> {
  const results = new Map<string, number[]>();
  for (let round = 1 - WARM_UP; round <= rounds; round++) {
    for (const bench of chosen) {
      showProgress(`${round > 0 ? `round ${round} of ${rounds}` : "warming up"}: ${bench.name}`);
      const speed = await once(bench);
      if (round > 0) results.set(bench.name, [...(results.get(bench.name) ?? []), speed]);
    }
  }
  showProgress("");
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
    console.log(`${name.padEnd(width)} ${shown} ${compared}`.trimEnd());
  }
}

/** What was asked for; a sentence when that can't be done. */
function asked(args: string[]): { help: boolean; json: boolean; rounds: number; chosen: Bench[] } | string {
  const options = { help: { type: "boolean" }, json: { type: "boolean" }, rounds: { type: "string" } } as const;
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    return (error as Error).message;
  }
  const { values, positionals } = parsed;
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1) return `--rounds takes a whole number, 1 or more, not ${values.rounds}`;
  const wanted = benches.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  );
  if (wanted.length === 0) return `no row is called like ${positionals.join(" or ")}`;
  const peers = benches.filter(({ name }) => wanted.some(({ comparedWith }) => comparedWith === name));
  const chosen = benches.filter((bench) => wanted.includes(bench) || peers.includes(bench));
  return { help: values.help ?? false, json: values.json ?? false, rounds, chosen };
}

async function main(): Promise<number> {
  const what = asked(process.argv.slice(2));
  if (typeof what === "string") {
    console.error(`${what}\nnpm run bench -- --help tells more.`);
    return 2;
  }
  if (what.help) {
    console.log(HELP);
    return 0;
  }
  const rows: Row[] = [];
  for (const group of groups) {
    const chosen = group.filter((bench) => what.chosen.includes(bench));
    rows.push(...(await measure(chosen, what.rounds)));
  }
  if (what.json) console.log(JSON.stringify(rows, null, 2));
  else print(rows);
  return 0;
}

main().then((code) => {
  process.exitCode = code;
});

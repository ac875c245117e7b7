/** Loads a learner's file and finds the programs in it. */
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import { type ProgramFunction, type Programs, sys } from "../../sys";
import { nearest } from "../exercises/nearest";
import { fromHere, meant, UsageError } from "./arguments";

/** Where the course and its types are. */
export interface Places {
  root: string;
  types: string;
}

const HOW = "export default function* (sys: Sys) { … }, or export const programs = { server, client };";

/** The file's absolute path, or an error that names files that come near. */
export function findFile(name: string): string {
  const place = fromHere(name);
  if (fs.existsSync(place) && fs.statSync(place).isFile()) return place;
  const folder = path.dirname(place);
  if (fs.existsSync(place)) throw new UsageError(`${name} is a folder: name a file in it.`);
  if (!fs.existsSync(folder))
    throw new UsageError(`There is no ${name}: the folder ${path.dirname(name)} doesn't exist.`);
  const files = fs.readdirSync(folder).filter((one) => /\.[cm]?[jt]s$/.test(one));
  const near = nearest(path.basename(place), files, 1)[0];
  throw new UsageError(`There is no ${name}.${near ? ` Did you mean ${path.join(path.dirname(name), near)}?` : ""}`);
}

/** What the compiler says about the file: an empty text when it is content. */
export function typeErrors(file: string, { root, types }: Places): Promise<string> {
  const worker = new Worker(path.join(root, "lib", "course", "play", "type-check.cjs"), {
    workerData: { file, root, types, color: process.stdout.isTTY === true },
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** The programs that a file exports. `args` are given to each after `sys`. */
export function loadPrograms(file: string, args: readonly unknown[]): Programs {
  return programsIn(load(file), path.basename(file), args);
}

function load(file: string): Record<string, unknown> {
  try {
    return createRequire(__filename)(file);
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const own = stack.split("\n").filter((line, i) => i < 1 || !/node:internal|node_modules|play[/\\]/.test(line));
    throw new UsageError(`${path.basename(file)} can't be loaded, it throws while it is read:\n${own.join("\n")}`);
  }
}

function programsIn(exported: Record<string, unknown>, file: string, args: readonly unknown[]): Programs {
  const { default: byDefault, main, programs } = exported;
  const found = byDefault ?? programs ?? main ?? onlyGenerator(exported);
  if (typeof found === "function") return checked(found, file, args);
  if (found !== null && typeof found === "object") {
    const entries = Object.entries(found);
    if (entries.length === 0) throw new UsageError(`${file} exports no program: the record is empty. Write ${HOW}`);
    return Object.fromEntries(entries.map(([name, one]) => [name, checked(one, `${name} in ${file}`, args)]));
  }
  if (found !== undefined)
    throw new UsageError(`What ${file} exports is ${String(found)}, and no program. Write ${HOW}`);
  const names = Object.keys(exported);
  if (names.length === 0) throw new UsageError(`${file} exports nothing. Write ${HOW}`);
  const near = names.find((name) => nearest(name, ["main", "programs"], 1).length > 0);
  const hint = near ? meant(near, ["main", "programs"]) : "";
  throw new UsageError(`${file} exports ${names.join(", ")}, but no default, main or programs.${hint} Write ${HOW}`);
}

/** An exercise's file exports one generator function under the name of what it does. */
function onlyGenerator(exported: Record<string, unknown>): unknown {
  const found = Object.values(exported).filter((one) => typeof one === "function" && isGenerator(one));
  return found.length === 1 ? found[0] : undefined;
}

function isGenerator(program: object): boolean {
  return program.constructor.name === "GeneratorFunction";
}

type AnyProgram = (...args: unknown[]) => ReturnType<ProgramFunction>;

/** A function that makes a generator; anything else is explained. Making one doesn't start it. */
function checked(program: unknown, where: string, args: readonly unknown[]): ProgramFunction {
  const not = (what: string) =>
    new UsageError(
      `The program ${where} is ${what}, not a generator function. Write function* (with the star), and yield* before each system call.`,
    );
  if (typeof program !== "function") throw not(`a ${typeof program}`);
  const kind = program.constructor.name;
  if (kind === "AsyncFunction" || kind === "AsyncGeneratorFunction") throw not("async");
  const missing = program.length - 1 - args.length;
  if (missing > 0)
    throw new UsageError(
      `${program.name} in ${where} takes ${missing} more besides sys: give --args, for example --args 0,1.`,
    );
  const run = program as AnyProgram;
  if (!isGenerator(program)) {
    const made: unknown = run(sys, ...args);
    if (typeof made !== "object" || made === null || !("next" in made)) throw not("a plain function");
  }
  return args.length === 0 ? run : (given) => run(given, ...args);
}

/** The command line of `npm run play`: what may stand there, and what is said when something else does. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { callOf } from "../../real/tools/moment";
import type { Tool } from "../../real/tools/tools";
import { type KernelName, type RunOptions, systemCallNames } from "../../sys";
import { nearest } from "../exercises/nearest";
import { kernels } from "../kernels";

export const help = `npm run play -- <file.ts> [options]

Runs a program on one kernel or several and prints its system calls as strace does; side by side when there are several.

  --on <kernels>        model, node, linux, separated by commas; default: model
  --show <parts>        what is printed, separated by commas: trace (system calls), ss (sockets), descriptors, frames (what
                        went over the loopback; on linux this needs CAP_NET_RAW, as tcpdump does); default: trace
  --at <moment>         when ss and descriptors look: right after a call has returned, for example accept, server:accept or
                        server:accept:2 (the second time); default: when the most descriptors were open
  --pcap <name>         the frames as files for Wireshark: <name>.model.pcap and so on, one for each kernel
  --args <values>       what the program is given besides sys: numbers, texts in quotes, lists, separated by commas
  --file <path>=<file>  a file that the program finds at <path>, copied from <file>; may be repeated
  --stdin <file>        what descriptor 0 holds; "-" is the terminal's own input
  --seed <number>       seed of everything that is left to chance on the model
  --timeout <ms>        when a run on a real kernel counts as stuck; default: 5000
  --json                the runs and the comparison as JSON
  --no-check            run the file even if the compiler finds errors in it
  --help                this text

The file exports a program:        export default function* (sys: Sys) { … }
or several, which start together:  export const programs = { server, client };
A file with one exported generator function, as in an exercise, needs no more; for example --args 0,1 for cat(sys, from, to).

Exit status: with one kernel that of the first program (128 + signal when killed, 3 when it was stuck); with several
0 when nothing but what may differ differs, else 1. 2 when the command itself or the file is wrong.`;

/** A mistake in what was typed: shown without a stack, and the command ends with status 2. */
export class UsageError extends Error {}

export interface PlayArguments {
  file: string;
  on: KernelName[];
  /** "trace", and what tools show. */
  show: ("trace" | Tool)[];
  at: string | undefined;
  /** Where to write frames, without the ending. */
  pcap: string | undefined;
  /** Given to the program after `sys`. */
  args: readonly unknown[];
  options: RunOptions;
  json: boolean;
  check: boolean;
}

const parts = ["trace", "ss", "descriptors", "frames"] as const;
const known = ["on", "show", "at", "pcap", "args", "file", "stdin", "seed", "timeout", "json", "no-check", "help"];

/** npm runs commands in the course's folder; names are meant from where the person stands. */
export function fromHere(name: string): string {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), name);
}

/** Reads the command line; null when help was asked for. */
export function readArguments(args: readonly string[]): PlayArguments | null {
  const { values, positionals } = parse(args);
  if (values.help) return null;
  if (positionals.length !== 1) {
    const what = positionals.length === 0 ? "Which file?" : `One file, please: ${positionals.join(", ")} are too many.`;
    throw new UsageError(
      `${what} For example: npm run play -- work/exercises/01-everything-is-a-descriptor/cat.ts --args 0,1 (--help tells more)`,
    );
  }
  return {
    file: positionals[0],
    on: kernelNames(values.on ?? "model"),
    show: (values.show ?? "trace").split(",").map(partName),
    at: moment(values.at),
    pcap: captureName(values.pcap),
    args: programArguments(values.args ?? ""),
    options: {
      seed: numberOf("--seed", values.seed),
      timeout: timeLimit(values.timeout),
      stdin: values.stdin === undefined ? undefined : contentsOf(values.stdin),
      files: Object.fromEntries((values.file ?? []).map(fileOption)),
    },
    json: values.json ?? false,
    check: !values["no-check"],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        on: { type: "string" },
        show: { type: "string" },
        at: { type: "string" },
        pcap: { type: "string" },
        args: { type: "string" },
        file: { type: "string", multiple: true },
        stdin: { type: "string" },
        seed: { type: "string" },
        timeout: { type: "string" },
        json: { type: "boolean" },
        "no-check": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const unknown = /'--?([^' =]+)/.exec(String(error))?.[1];
    if (unknown && !known.includes(unknown))
      throw new UsageError(`There is no option --${unknown}.${meant(unknown, known, "--")}`);
    const [what] = (error instanceof Error ? error.message : String(error)).split(/\.?\n|\. /);
    throw new UsageError(`${what}. See --help.`);
  }
}

/** " Did you mean linux?" or a list of all there are. */
export function meant(typed: string, names: readonly string[], prefix = ""): string {
  const near = nearest(typed, names, 1)[0];
  return near ? ` Did you mean ${prefix}${near}?` : ` There are: ${names.map((name) => prefix + name).join(", ")}.`;
}

function isKernelName(name: string): name is KernelName {
  return Object.hasOwn(kernels, name);
}

function kernelNames(list: string): KernelName[] {
  const names = list.split(",").map((name) => name.trim());
  return names.map((name) => {
    if (isKernelName(name)) return name;
    throw new UsageError(`There is no kernel "${name}".${meant(name, Object.keys(kernels))}`);
  });
}

function partName(name: string): "trace" | Tool {
  const part = parts.find((one) => one === name.trim());
  if (part) return part;
  throw new UsageError(`--show can't show "${name.trim()}".${meant(name.trim(), parts)}`);
}

function moment(words: string | undefined): string | undefined {
  if (words === undefined) return undefined;
  const call = callOf(words);
  if (call !== null && isCallName(call)) return words;
  throw new UsageError(
    `--at takes a system call, for example accept, server:accept or server:accept:2, not "${words}".${meant(call ?? words, systemCallNames)}`,
  );
}

function isCallName(name: string): boolean {
  return (systemCallNames as readonly string[]).includes(name);
}

function numberOf(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0 || value.trim() === "") {
    throw new UsageError(`${option} takes a number that isn't negative, not "${value}".`);
  }
  return number;
}

function timeLimit(value: string | undefined): number | undefined {
  const limit = numberOf("--timeout", value);
  if (limit === 0)
    throw new UsageError("--timeout takes milliseconds, more than 0: with none every run would count as stuck.");
  return limit;
}

/** The file name without its ending, in a folder that is there. */
function captureName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const folder = path.dirname(fromHere(name));
  if (name === "" || name.endsWith("/") || name.endsWith(path.sep))
    throw new UsageError(`--pcap takes the name of a file, for example --pcap hello, not "${name}".`);
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--pcap ${name}: there is no folder ${folder}. Make it first, or choose another place.`);
  return name.replace(/\.pcap$/, "");
}

function programArguments(list: string): unknown[] {
  try {
    return JSON.parse(`[${list}]`);
  } catch {
    throw new UsageError(
      `--args takes values as JSON has them, for example --args 0,1 or --args '"text",["a","b"]', not ${list}`,
    );
  }
}

function fileOption(option: string): [string, Uint8Array] {
  const at = option.indexOf("=");
  if (at < 1)
    throw new UsageError(`--file takes <path>=<file>, for example --file /etc/motd=motd.txt, not "${option}".`);
  return [option.slice(0, at), contentsOf(option.slice(at + 1))];
}

function contentsOf(name: string): Uint8Array {
  try {
    return new Uint8Array(fs.readFileSync(name === "-" ? 0 : fromHere(name)));
  } catch (error) {
    throw new UsageError(`${name} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}

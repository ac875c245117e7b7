/**
 * Where an agent's code is. Built, it stands beside this file. Running from TypeScript sources (vitest, ts-node), it is first
 * compiled, file by file and without type checking, into node_modules/.cache; a copy is kept for each state of the sources.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const linuxFolder = dirname(__dirname);
const libFolder = dirname(dirname(linuxFolder));

let file: Promise<string> | null = null;

/** The JavaScript file that an agent runs. */
export function agentFile(): Promise<string> {
  file ??= existsSync(join(linuxFolder, "agent", "main.js"))
    ? Promise.resolve(join(linuxFolder, "agent", "main.js"))
    : compile();
  return file;
}

/** The agent imports nothing but these, koffi and Node; of lib/sys it uses types only. */
function sources(): string[] {
  const folders = [join(linuxFolder, "agent"), join(linuxFolder, "agent", "calls")];
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return [join(linuxFolder, "protocol.ts"), ...files.filter((name) => name.endsWith(".ts"))].sort();
}

async function compile(): Promise<string> {
  const files = sources().map((path) => ({ path, text: readFileSync(path, "utf8") }));
  const hash = createHash("sha256");
  for (const { path, text } of files) hash.update(`${path}\0${text}\0`);
  const cache = join(dirname(libFolder), "node_modules", ".cache", "fd3-agent");
  const folder = join(cache, hash.digest("hex").slice(0, 16));
  const entry = join(folder, "agent", "main.js");
  if (existsSync(entry)) return entry;
  const { default: typescript } = await import("typescript");
  // Into a folder of its own first, so that several processes may do this at once.
  const draft = `${folder}.${process.pid}`;
  for (const { path, text } of files) {
    const target = join(draft, relative(linuxFolder, path)).replace(/\.ts$/, ".js");
    const { outputText } = typescript.transpileModule(text, {
      compilerOptions: { module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2022 },
    });
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(entry)) throw error;
  }
  return entry;
}

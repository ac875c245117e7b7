/** The walks of lib/README.md, as data: for each its steps, a file and the names to be looked for in it. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const lib = resolve(__dirname, "../../lib");
export const readme = readFileSync(join(lib, "README.md"), "utf8");

export interface Step {
  /** Inside lib. */
  readonly path: string;
  readonly names: readonly string[];
}

/** By heading; what comes before the first heading is called "". */
export const walks: ReadonlyMap<string, readonly Step[]> = readWalks();

function readWalks(): Map<string, Step[]> {
  const found = new Map<string, Step[]>();
  let heading = "";
  for (const line of readme.split("\n")) {
    if (line.startsWith("### ")) heading = line.slice(4);
    const step = /^\d+\. \[([^\]]+)\]\(([^)]+)\)((?: `[^`]+`,?)*):/.exec(line);
    if (step === null) continue;
    const names = [...step[3].matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    found.set(heading, [...(found.get(heading) ?? []), { path: step[2], names }]);
  }
  return found;
}

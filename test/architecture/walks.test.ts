/** The walks of lib/README.md lead through the code as it is: every file is there, and so is every name to be looked for in it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lib, readme, walks } from "./walks";

const steps = [...walks.values()].flat();

/** Is a function or a method of this name declared? A call of it further in is none. */
function declares(text: string, name: string): boolean {
  const atTop = `^(?:export )?(?:function\\*? ?|const )${name}\\b`;
  const asMember = `^  (?:(?:private|protected|override|readonly|static|get) )*\\*?${name}(?:\\((?:.*[{(])?$| = \\()`;
  return new RegExp(`${atTop}|${asMember}`, "m").test(text);
}

test("there are steps, and each line that looks like one was understood", () => {
  expect(steps.length).toBeGreaterThan(80);
  expect(readme.split("\n").filter((line) => /^\d+\. \[/.test(line))).toHaveLength(steps.length);
});

test("every file that a step or a word of the walks names is there", () => {
  const guide = readme.slice(readme.indexOf("## Following one thing"), readme.indexOf("## `sys/`"));
  const inWords = [...guide.matchAll(/(?<![.\w/-])([a-z-]+(?:\/[a-z-]+)*\.ts)\b/g)].map(([, path]) => path);
  const there = (path: string) => ["", "net/", "net/tcp/"].some((folder) => existsSync(join(lib, folder, path)));
  expect([...steps.map(({ path }) => path), ...inWords].filter((path) => !there(path))).toEqual([]);
  expect(inWords.length).toBeGreaterThan(steps.length);
});

test("what a step says to look for is declared in its file", () => {
  const missing = steps.flatMap(({ path, names }) => {
    const text = readFileSync(join(lib, path), "utf8");
    return names.filter((name) => !declares(text, name)).map((name) => `${path}: ${name}`);
  });
  expect(missing).toEqual([]);
  expect(declares("    push(tcb);\nconst sent = push(1);", "push"), "a call is no declaration").toBe(false);
});

test("a weekend's reading: some seventy files, about ten thousand lines, of which half is code", () => {
  const paths = [...new Set(steps.map(({ path }) => path))];
  const lines = paths.flatMap((path) => readFileSync(join(lib, path), "utf8").split("\n"));
  const code = lines.filter(
    (line) => line.trim() !== "" && !/^\s*(?:\/\*|\*|\/\/|import |\} from |[}\])]+[,;]?$)/.test(line),
  );
  expect(readme.replace(/\s+/g, " ")).toContain(
    "some seventy files, about ten thousand lines in all, of which half is code",
  );
  expect(paths.length).toBeGreaterThan(65);
  expect(paths.length).toBeLessThan(76);
  expect(lines.length).toBeGreaterThan(9_500);
  expect(lines.length).toBeLessThan(10_600);
  expect(code.length / lines.length).toBeGreaterThan(0.45);
  expect(code.length / lines.length).toBeLessThan(0.6);
});

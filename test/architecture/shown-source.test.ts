/** What chapters show of the library's source is there: each `source("lib/…", "first line", "last line")` finds its lines. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { sourceLines } from "../../lib/course/page/source";

const notebooks = resolve(__dirname, "../../notebooks");

const shown = readdirSync(notebooks)
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) => [...readFileSync(join(notebooks, name), "utf8").matchAll(/\bsource\(([^()]*)\)/g)])
  .map(([, list]) => JSON.parse(`[${list}]`) as [string, string, string?]);

it("the lines that a chapter shows are in their file", () => {
  expect(shown.length).toBeGreaterThan(0);
  for (const [path, from, to] of shown) expect(sourceLines(path, from, to).split("\n").length).toBeGreaterThan(1);
});

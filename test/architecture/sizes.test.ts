/** No file is longer than a person reads at a time: 300 lines at most, normally half of that. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(__dirname, "../..");
const LONGEST = 300;

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "dist" || entry.name === "node_modules") return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(ts|mts|cjs|mjs)$/.test(entry.name) ? [path] : [];
  });
}

const sizes = ["lib", "test", "bench"].flatMap((folder) =>
  sourceFiles(join(root, folder)).map((path) => {
    const text = readFileSync(path, "utf8");
    return { file: relative(root, path), lines: text.split("\n").length - Number(text.endsWith("\n")) };
  }),
);

it(`no file has more than ${LONGEST} lines: one that does has two subjects, and its second belongs into a file of its own`, () => {
  expect(sizes.length).toBeGreaterThan(500);
  expect(sizes.filter(({ lines }) => lines > LONGEST)).toEqual([]);
});

it("half of the files have at most 100 lines", () => {
  const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(100);
});

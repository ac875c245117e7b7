/**
 * The kernel and its network can be read from somewhere: no file needs, to do its work, another one that needs it. Types may point in both
 * directions (a control block knows its parts, and they know it), as C's headers do; what is called may not.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const lib = resolve(__dirname, "../../lib");
const rooms = ["sys", "kernel", "net", "device", "world", "trace", "user"];

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

/** Does it bring in more than types? */
function bringsValues(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement)) return !statement.isTypeOnly;
  if (!ts.isImportDeclaration(statement)) return false;
  const clause = statement.importClause;
  if (clause?.isTypeOnly === true) return false;
  const names = clause?.namedBindings;
  return names === undefined || !ts.isNamedImports(names) || names.elements.some(({ isTypeOnly }) => !isTypeOnly);
}

function neededBy(path: string, text = readFileSync(path, "utf8")): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return source.statements.filter(bringsValues).flatMap((statement) => {
    const from = (statement as ts.ImportDeclaration | ts.ExportDeclaration).moduleSpecifier;
    if (from === undefined || !ts.isStringLiteral(from) || !from.text.startsWith(".")) return [];
    const target = resolve(dirname(path), from.text);
    return [`${target}.ts`, join(target, "index.ts")].filter((file) => existsSync(file)).slice(0, 1);
  });
}

/** A way from a file back to itself; null when there is none. */
function circleFrom(start: string, needs: ReadonlyMap<string, readonly string[]>): string[] | null {
  const seen = new Set<string>();
  const search = (path: string, way: readonly string[]): string[] | null => {
    for (const next of needs.get(path) ?? []) {
      if (next === start) return [...way, next];
      if (seen.has(next)) continue;
      seen.add(next);
      const found = search(next, [...way, next]);
      if (found !== null) return found;
    }
    return null;
  };
  return search(start, [start]);
}

const needs = new Map(rooms.flatMap((room) => filesIn(join(lib, room))).map((path) => [path, neededBy(path)]));

test("no file calls something that calls it back by way of other files", () => {
  expect(needs.size).toBeGreaterThan(250);
  const circles = [...needs.keys()].flatMap((path) => {
    const circle = circleFrom(path, needs);
    return circle === null ? [] : [circle.map((file) => relative(lib, file)).join(" → ")];
  });
  expect(circles).toEqual([]);
});

test("a circle would be found, and a type makes none", () => {
  const here = join(lib, "net/tcp/tcb.ts");
  expect(neededBy(here, 'import type { Seq } from "./sequence";\nimport { type Tcp } from "./tcp";')).toEqual([]);
  expect(neededBy(here, 'import { after, type Seq } from "./sequence";')).toEqual([join(lib, "net/tcp/sequence.ts")]);
  expect(
    circleFrom(
      "a",
      new Map([
        ["a", ["b", "c"]],
        ["b", []],
        ["c", ["a"]],
      ]),
    ),
  ).toEqual(["a", "c", "a"]);
});

/**
 * What an editor shows: each name that a room makes public has a sentence of its own in front of it. An opening comment isn't enough,
 * because an editor shows only what stands right before the declaration.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const lib = resolve(__dirname, "../../lib");

/** Their type says it: `Errno & { code: "EPERM"; message: "Operation not permitted" }`. */
const BY_TYPE = "sys/errno.ts";

interface Found {
  readonly file: string;
  readonly node: ts.Statement;
}

function fileOf(from: string, specifier: string): string {
  const path = join(dirname(from), specifier);
  return existsSync(`${path}.ts`) ? `${path}.ts` : join(path, "index.ts");
}

function nameOf(statement: ts.Statement): string | undefined {
  if (ts.isVariableStatement(statement)) return statement.declarationList.declarations[0].name.getText();
  const { name } = statement as ts.DeclarationStatement;
  return name === undefined ? undefined : name.getText();
}

/** Where the public names of a file are declared, those that it passes on included. */
function exportsOf(file: string): Map<string, Found> {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found = new Map<string, Found>();
  for (const node of source.statements) {
    const specifier = ts.isExportDeclaration(node) ? node.moduleSpecifier : undefined;
    if (ts.isExportDeclaration(node) && specifier !== undefined && ts.isStringLiteral(specifier)) {
      const there = exportsOf(fileOf(file, specifier.text));
      const { exportClause } = node;
      if (exportClause === undefined) for (const [name, one] of there) found.set(name, one);
      else if (ts.isNamedExports(exportClause))
        for (const { name, propertyName } of exportClause.elements) {
          const one = there.get((propertyName ?? name).text);
          if (one !== undefined) found.set(name.text, one);
        }
    } else if (
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    ) {
      const name = nameOf(node as ts.Statement);
      if (name !== undefined) found.set(name, { file, node: node as ts.Statement });
    }
  }
  return found;
}

const all = exportsOf(join(lib, "index.ts"));

it("the public names are found", () => {
  expect(all.size).toBeGreaterThan(500);
  expect([...all.keys()]).toEqual(expect.arrayContaining(["World", "model", "AF_INET", "Demultiplexer", "httpGet"]));
});

it("each public name says what it is", () => {
  const silent = [...all].filter(([, { node }]) => ts.getJSDocCommentsAndTags(node).length === 0);
  const names = silent.map(([name, { file }]) => `${relative(lib, file)}: ${name}`);
  expect(names.filter((name) => !name.startsWith(BY_TYPE))).toEqual([]);
  expect(names.length, "names without a comment are seen as such").toBeGreaterThan(0);
});

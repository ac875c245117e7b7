/**
 * What an editor shows: each name that a room makes public has a sentence of its own in front of it. An opening comment isn't enough,
 * because an editor shows only what stands right before the declaration.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const lib = resolve(__dirname, "../../lib");

/** Their type says it: `Errno & { code: "EPERM"; message: "Operation not permitted" }`. */
const BY_TYPE = "sys/errno.ts";

/** Events are read as data; what each tells stands above it. The mark of a sequence number is no property that anybody reads. */
const BY_NATURE = /events\.ts$|sequence\.ts$/;

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

describe("as the compiler sees the rooms that programs and worlds are made with", () => {
  const rooms = ["sys", "kernel", "net", "device", "world", "user"].map((room) => join(lib, room, "index.ts"));
  // Neither the language's own library nor packages are needed to read comments.
  const program = ts.createProgram(rooms, { noLib: true, types: [], noEmit: true });
  const checker = program.getTypeChecker();
  const names = rooms.flatMap((room) => {
    const symbol = checker.getSymbolAtLocation(program.getSourceFile(room) as ts.SourceFile);
    return checker.getExportsOfModule(symbol as ts.Symbol);
  });

  /** What a public name stands for, however often it was passed on. */
  function typeOf(symbol: ts.Symbol): ts.Type {
    const own = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
    return checker.getDeclaredTypeOfSymbol(own);
  }

  function isSilent(member: ts.Symbol): boolean {
    return member.getDocumentationComment(checker).length === 0;
  }

  it("each system call says what it is where a program makes it: at sys.connect and its like", () => {
    const sys = typeOf(names.find(({ name }) => name === "Sys") as ts.Symbol).getProperties();
    expect(sys.length).toBeGreaterThan(60);
    expect(sys.filter(isSilent).map(({ name }) => name)).toEqual([]);
  });

  it("each member of a public type says what it is", () => {
    const said = names.flatMap((symbol) =>
      typeOf(symbol)
        .getProperties()
        .flatMap((member) => {
          const declaration = member.declarations?.[0];
          const file = declaration === undefined ? "" : relative(lib, declaration.getSourceFile().fileName);
          if (declaration === undefined || file.startsWith("..") || BY_NATURE.test(file)) return [];
          const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
          if ((ts.getCombinedModifierFlags(declaration) & hidden) !== 0 || member.name.startsWith("__")) return [];
          return [{ name: `${file}: ${symbol.name}.${member.name}`, silent: isSilent(member) }];
        }),
    );
    expect(said.length).toBeGreaterThan(400);
    expect(said.filter(({ silent }) => silent).map(({ name }) => name)).toEqual([]);
  });
});

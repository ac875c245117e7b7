/** Shorthand properties are written out before tslab sees a cell; nothing else is touched. */
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { writeOutShorthand } from "../../../lib/course/setup/tslab-shorthand.cjs";

const ts = createRequire(createRequire(__filename).resolve("tslab"))("@tslab/typescript-for-tslab");
const written = (source: string) => writeOutShorthand(ts, source);

test("in object literals, nested ones and several on a line", () => {
  expect(written("run({ server, client });")).toBe("run({ server: server, client: client });");
  expect(written("f({ a: { b }, ...c });\ng({ d });")).toBe("f({ a: { b: b }, ...c });\ng({ d: d });");
});

test("patterns, methods, comments and text stay as they are", () => {
  for (const source of [
    "const { a, b = 1 } = f();",
    "function f({ a }: { a: number }) {}",
    "({ a = 1 } = f());",
    "f({ a() {}, get b() { return 1; }, c: c });",
    'g("{ a }"); // { a }',
    "export { a };",
  ]) {
    expect(written(source)).toBe(source);
  }
});

test("a pattern that is assigned to means the same written out", () => {
  expect(written("({ a } = f());")).toBe("({ a: a } = f());");
});

test("a cell that doesn't parse is left for the compiler to complain of", () => {
  expect(written("const x = {")).toBe("const x = {");
});

/** What a chapter puts on its page: tables, lines of source, facts about the machine. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  realKernelSentence,
  source,
  sourceLines,
  table,
  thisMachine,
  whatMayDiffer,
  whatNodeHides,
} from "../../../lib/course/page";
import { courseRoot } from "../../../lib/course/work/places";
import { allRules as differenceRules } from "../../../lib/real/differences";

describe("a table", () => {
  const picture = table(
    ["call", "returned"],
    [
      ["`read(3)`", 5],
      ["<b>", undefined],
    ],
  );

  test("shows what it is given as data, not as markup, and code as code", () => {
    expect(picture.html).toContain("&lt;b&gt;");
    expect(picture.html).toContain('<td class="k">read(3)</td>');
  });

  test("stands in columns in a terminal, with a dash for what isn't there", () => {
    expect(picture.text.split("\n")).toEqual(["call     returned", "read(3)  5", "<b>      –"]);
  });
});

describe("lines of source", () => {
  let work: string;
  const before = process.env.FD3_WORK;
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "fd3-page-"));
    process.env.FD3_WORK = work;
  });
  afterEach(() => {
    rmSync(work, { recursive: true, force: true });
    if (before === undefined) delete process.env.FD3_WORK;
    else process.env.FD3_WORK = before;
  });

  test("are those of the file itself, from one line to another", () => {
    const lines = sourceLines("lib/kernel/read.ts", "switch (object.kind)", 'case "pipe"');
    expect(lines.split("\n")[0]).toContain("switch (object.kind)");
    expect(lines.split("\n").at(-1)).toContain('case "pipe"');
    expect(readFileSync(join(courseRoot(), "lib/kernel/read.ts"), "utf8")).toContain(lines);
  });

  test("that aren't there are an error that names them", () => {
    expect(() => sourceLines("lib/kernel/read.ts", "no such line")).toThrow(
      'no line of lib/kernel/read.ts contains "no such line"',
    );
    expect(() => sourceLines("lib/kernel/read.ts", "switch", "no such end")).toThrow("no such end");
    expect(() => sourceLines("lib/no-such-file.ts", "x")).toThrow("no file lib/no-such-file.ts");
  });

  test("come with a button that opens a copy in the learner's folder", () => {
    const { html } = source("lib/kernel/read.ts", "export function readFile");
    const args = /data-commandlinker-args="([^"]*)"/.exec(html)?.[1].replaceAll("&quot;", '"') ?? "{}";
    const { path } = JSON.parse(args) as { path: string };
    expect(readFileSync(join(work, path), "utf8")).toBe(readFileSync(join(courseRoot(), "lib/kernel/read.ts"), "utf8"));
  });
});

test("the machine's facts name this Node and say the same of real system calls as the sentence", () => {
  const { text } = thisMachine();
  expect(text).toContain(`Node ${process.versions.node}`);
  expect(/real system calls +✓ ready/.test(text)).toBe(realKernelSentence().includes("real system calls"));
});

describe("what may differ", () => {
  test("is every rule of sideBySide with its reason and source; what Node hides only when asked for", () => {
    const { text, html } = whatMayDiffer();
    expect(text).toMatch(/cut elsewhere +A stream has no borders: .* RFC 9293/);
    expect(text.split("\n")).toHaveLength(1 + differenceRules.filter(({ id }) => !id.startsWith("node-")).length);
    expect(html).toContain("<td style");
    expect(text).not.toContain("hidden by Node");
    expect(whatMayDiffer("node").text).toContain("hidden by Node");
  });

  test("what Node hides has a row for each limit, those that no note tells among them", () => {
    const { text } = whatNodeHides();
    expect(text).toMatch(/the backlog: .* every connection is accepted/);
    expect(text).toContain("the descriptors behind net.Socket");
  });
});

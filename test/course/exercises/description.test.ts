import { expect, test } from "vitest";
import { parseDescription } from "../../../lib/course/exercises/description";

const good = `---
title: The lowest free descriptor
kind: module
claims: A2, B2
---
Write the allocator.

More about it.

## Hint 1: what the man page promises
Read open(2).

\`\`\`ts
// ## not a hint
\`\`\`

## Hint 2
Count up.
`;

test("title, kind, claims, task and hints are read", () => {
  const description = parseDescription(good);
  expect(description).toMatchObject({ title: "The lowest free descriptor", kind: "module", claims: ["A2", "B2"] });
  expect(description.task).toBe("Write the allocator.\n\nMore about it.");
  expect(description.hints.map((hint) => hint.title)).toEqual(["what the man page promises", ""]);
  expect(description.hints[0].text).toContain("// ## not a hint");
  expect(description.hints[1].text).toBe("Count up.");
});

test("empty lines between the fields and Windows line ends change nothing", () => {
  const loose = good.replace("---\ntitle", "---\n\ntitle").replaceAll("\n", "\r\n");
  expect(parseDescription(loose)).toMatchObject({ title: "The lowest free descriptor", claims: ["A2", "B2"] });
});

test.each([
  ["no fields", "Write it.", 'must begin with "key: value" lines'],
  ["no title", good.replace(/title.*\n/, ""), "has no title"],
  ["an unknown kind", good.replace("module", "riddle"), "kind must be one of program, module, function, repair"],
  ["no task", good.replace(/Write[\s\S]*it\.\n\n## H/, "\n## H"), "has no task"],
  ["another heading", good.replace("## Hint 2", "## Solution"), '"## Solution" is no hint'],
])("%s is refused with what to do", (_what, text, message) => {
  expect(() => parseDescription(text)).toThrow(message);
});

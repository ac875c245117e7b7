/** lib/README.md is a map only as long as it shows every file, and no file that isn't there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { completed, lineFor, mappedFiles, sourceFiles } from "./map";
import { lib } from "./walks";

const mapped = mappedFiles();
const files = sourceFiles();

test("every file of lib has its line in lib/README.md", () => {
  const missing = files.filter((path) => !mapped.includes(path)).map(lineFor);
  expect(missing, "add these lines to lib/README.md where they belong (`npm run map` does it)").toEqual([]);
});

test("every line of lib/README.md is about a file that is there, and each file has one line", () => {
  expect(
    mapped.filter((path) => !files.includes(path)),
    "take these out of lib/README.md (`npm run map`)",
  ).toEqual([]);
  expect(mapped.filter((path, i) => mapped.indexOf(path) !== i)).toEqual([]);
});

test("every line of lib/README.md stands under the heading of its room", () => {
  let room = "";
  const misplaced: string[] = [];
  for (const line of readFileSync(join(lib, "README.md"), "utf8").split("\n")) {
    if (line.startsWith("## ")) room = /`([^`/]+)/.exec(line)?.[1] ?? "";
    for (const path of mappedFiles(line)) if (path.split("/")[0] !== room) misplaced.push(path);
  }
  expect(misplaced, "move these lines to where the other files of their folder are").toEqual([]);
});

test("completing the map keeps what people wrote, adds what is missing and drops what is gone", () => {
  const text =
    "# Map\n\n## `sys/`\n\n- [bytes.ts](sys/bytes.ts): my words\n- [gone.ts](sys/gone.ts): old\n\n## `view/`\n\nwords\n";
  const after = completed(text, ["sys/bytes.ts", "sys/errno.ts", "view/svg.ts"]);
  expect(mappedFiles(after)).toEqual(["sys/bytes.ts", "sys/errno.ts", "view/svg.ts"]);
  expect(after).toContain("my words");
  expect(after.indexOf("errno")).toBeLessThan(after.indexOf("## `view/`"));
});

test("a new file stands behind the others of its folder, wherever in the room those are", () => {
  const text =
    "## `net/`\n\n- [sock.ts](net/sock.ts): a\n\n### TCP\n\n- [tcp/mss.ts](net/tcp/mss.ts): b\n\n### The rest\n\n- [fifo.ts](net/fifo.ts): c\n";
  const after = completed(text, ["net/sock.ts", "net/tcp/mss.ts", "net/tcp/tcb.ts", "net/fifo.ts"]);
  expect(mappedFiles(after)).toEqual(["net/sock.ts", "net/tcp/mss.ts", "net/tcp/tcb.ts", "net/fifo.ts"]);
});

import { mkdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { followFile } from "../../../lib/course/exercises/follow-file";
import { temporaryFolder } from "./course";

/** Follows a file with "one" in it; the function waits for the next change. */
function follow(): { path: string; seen: () => number; next: (count: number) => Promise<void> } {
  const path = join(temporaryFolder(), "answer.ts");
  writeFileSync(path, "one");
  let changes = 0;
  onTestFinished(followFile(path, () => changes++));
  return {
    path,
    seen: () => changes,
    next: (count) => expect.poll(() => changes, { timeout: 10_000, interval: 20 }).toBe(count),
  };
}

test("a file that is written in place, replaced by another, deleted and written again tells each time", async () => {
  const { path, next } = follow();
  writeFileSync(path, "two");
  await next(1);
  writeFileSync(`${path}.tmp`, "three");
  renameSync(`${path}.tmp`, path);
  await next(2);
  unlinkSync(path);
  await next(3);
  writeFileSync(path, "four");
  await next(4);
});

test("neighbours, and a save without a change, tell nothing", async () => {
  const { path, seen, next } = follow();
  writeFileSync(`${path}.swp`, "x");
  writeFileSync(path, "one");
  writeFileSync(join(path, "..", "other.ts"), "x");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(seen()).toBe(0);
  writeFileSync(path, "two");
  await next(1);
});

test("it ends when it is told to", async () => {
  const path = join(temporaryFolder(), "answer.ts");
  let changes = 0;
  const end = followFile(path, () => changes++);
  const witness = follow();
  end();
  writeFileSync(path, "two");
  writeFileSync(witness.path, "two");
  await witness.next(1);
  expect(changes).toBe(0);
});

test("a folder that doesn't exist yet is no trouble", async () => {
  const folder = temporaryFolder();
  let changes = 0;
  onTestFinished(followFile(join(folder, "new", "answer.ts"), () => changes++));
  mkdirSync(join(folder, "new"), { recursive: true });
  writeFileSync(join(folder, "new", "answer.ts"), "x");
  await expect.poll(() => changes, { timeout: 10_000 }).toBe(1);
  rmSync(folder, { recursive: true });
});

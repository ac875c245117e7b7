import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const stamps = () => import("../../../lib/course/setup/stamp.mjs");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fd3-stamp-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a step counts as done only with the very fingerprint it was done with", async () => {
  const { isStamped, removeStamp, writeStamp } = await stamps();
  const stamp = join(folder, "made", ".stamp");
  expect(isStamped(stamp, "a")).toBe(false);
  writeStamp(stamp, "a");
  expect(isStamped(stamp, "a")).toBe(true);
  expect(isStamped(stamp, "b")).toBe(false);
  removeStamp(stamp);
  expect(isStamped(stamp, "a")).toBe(false);
});

test("the fingerprint changes with a file's content, with its absence, and with where one part ends", async () => {
  const { fingerprint } = await stamps();
  const file = join(folder, "lock");
  const prints = [fingerprint([{ file }])];
  writeFileSync(file, "1");
  prints.push(fingerprint([{ file }]));
  writeFileSync(file, "2");
  prints.push(fingerprint([{ file }]), fingerprint(["ab", "c"]), fingerprint(["a", "bc"]));
  expect(new Set(prints).size).toBe(prints.length);
});

test("a file with the right content isn't written again", async () => {
  const { writeIfChanged } = await stamps();
  const file = join(folder, "settings.json");
  expect(writeIfChanged(file, "{}")).toBe(true);
  const { ino } = statSync(file);
  expect(writeIfChanged(file, "{}")).toBe(false);
  expect(statSync(file).ino).toBe(ino);
});

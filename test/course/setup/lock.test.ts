import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const locks = () => import("../../../lib/course/setup/lock.mjs");

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fd3-lock-"));
  file = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The id of a process that has ended. */
const dead = () => spawnSync(process.execPath, ["-e", ""]).pid;

test("only one holds the lock; the other waits until it is given back", async () => {
  const { takeLock } = await locks();
  const first = await takeLock(file, () => {});
  const order: string[] = [];
  const second = takeLock(file, (by) => order.push(`waits for ${by}`)).then((lock) => {
    order.push("has it");
    return lock;
  });
  while (order.length === 0) await new Promise((done) => setTimeout(done, 10));
  order.push("given back");
  first.release();
  (await second).release();
  expect(order).toEqual([`waits for process ${process.pid}`, "given back", "has it"]);
  expect(existsSync(file)).toBe(false);
});

test("a lock whose holder is dead is free, but not while the program it left behind still works", async () => {
  const { holder } = await locks();
  writeFileSync(file, JSON.stringify({ host: hostname(), pid: dead() }));
  expect(holder(file)).toBeNull();
  writeFileSync(file, JSON.stringify({ host: hostname(), pid: dead(), child: process.pid }));
  expect(holder(file)).toContain(`process ${process.pid}`);
  writeFileSync(file, JSON.stringify({ host: hostname(), pid: dead(), child: dead() }));
  expect(holder(file)).toBeNull();
});

test("of another machine's lock, only its age tells whether it is held", async () => {
  const { holder } = await locks();
  writeFileSync(file, JSON.stringify({ host: "elsewhere", pid: process.pid }));
  expect(holder(file)).toContain("elsewhere");
  const past = new Date(Date.now() - 3_600_000);
  utimesSync(file, past, past);
  expect(holder(file)).toBeNull();
});

test("a lock that was being written when its holder died is free after a while", async () => {
  const { holder } = await locks();
  writeFileSync(file, "");
  expect(holder(file)).not.toBeNull();
  const past = new Date(Date.now() - 60_000);
  utimesSync(file, past, past);
  expect(holder(file)).toBeNull();
});

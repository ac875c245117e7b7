import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prepareWork } from "../../../lib/course/work/prepare";
import { resetCommand } from "../../../lib/course/work/reset-command";

let root: string;
let work: string;
let moment = 0;
const file = (path: string) => join(work, "exercises", path);
const put = (path: string, contents: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
};
const get = (path: string) => readFileSync(path, "utf8");
const run = (...args: string[]) => {
  const lines: string[] = [];
  const status = resetCommand(args, { root, work, timestamp: `t${++moment}` }, (line) => lines.push(line));
  return { status, text: lines.join("\n") };
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fd3 reset "));
  work = join(root, "work");
  moment = 0;
  put(join(root, "exercises/01-a/lowest-free.ts"), "stub");
  put(join(root, "exercises/01-a/cat.ts"), "stub of cat");
  put(join(root, "exercises/02-b/cat.ts"), "other cat");
  prepareWork(root, { work, timestamp: "t0", print: () => {} });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("npm run reset", () => {
  it("puts the stub back, keeps a backup and says where", () => {
    put(file("01-a/lowest-free.ts"), "mine");
    const { status, text } = run("lowest-free");
    expect(status).toBe(0);
    expect(get(file("01-a/lowest-free.ts"))).toBe("stub");
    const place = join(work, "backups/t1/exercises/01-a/lowest-free.ts");
    expect(text).toContain(place);
    expect(get(place)).toBe("mine");
  });

  it("takes the name in every form a person may type", () => {
    for (const name of [
      "01-a/lowest-free",
      "01-a/lowest-free.ts",
      "exercises/01-a/lowest-free.ts",
      "work/exercises/01-a/lowest-free.ts",
    ])
      expect(run(name).status).toBe(0);
  });

  it("says which exercises a name may mean", () => {
    expect(run("cat").text).toMatch(/several: 01-a\/cat, 02-b\/cat/);
    expect(run("lowst-fre")).toMatchObject({ status: 1, text: expect.stringContaining("01-a/lowest-free") });
    expect(run("zzzzzz").text).toContain("--list");
    expect(run("../../package.json").status).toBe(1);
  });

  it("restores a backup, after backing up what is there", () => {
    put(file("01-a/lowest-free.ts"), "mine");
    run("lowest-free");
    put(file("01-a/lowest-free.ts"), "mine, second try");
    expect(run("lowest-free", "--restore", "t1").status).toBe(0);
    expect(get(file("01-a/lowest-free.ts"))).toBe("mine");
    expect(run("--backups").text).toMatch(/^t2 {2}01-a\/lowest-free\nt1 {2}01-a\/lowest-free\n/);
    run("lowest-free", "--restore", "latest");
    expect(get(file("01-a/lowest-free.ts"))).toBe("mine, second try");
    expect(run("lowest-free", "--restore", "t9")).toMatchObject({ status: 1, text: expect.stringContaining("t1") });
  });

  it("resets all only when that is confirmed", () => {
    put(file("01-a/cat.ts"), "my cat");
    expect(run("--all")).toMatchObject({ status: 1, text: expect.stringContaining("--yes") });
    expect(get(file("01-a/cat.ts"))).toBe("my cat");
    expect(run("--all", "--yes").status).toBe(0);
    expect(get(file("01-a/cat.ts"))).toBe("stub of cat");
    expect(run("--backups", "01-a/cat").text).toContain("01-a/cat");
  });

  it("helps", () => {
    expect(run("--help")).toMatchObject({ status: 0, text: expect.stringContaining("--restore") });
    expect(run().status).toBe(2);
    expect(run("--rset").status).toBe(2);
    expect(run("--list").text).toBe("01-a/cat\n01-a/lowest-free\n02-b/cat");
    expect(existsSync(join(work, "backups"))).toBe(false);
  });
});

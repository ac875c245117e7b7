import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { progressFile, readProgress, record, recordExercise } from "../../../lib/course/work/store";

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "fd3 store "));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));
const lines = () => readFileSync(progressFile(work), "utf8").trimEnd().split("\n");

describe("the journal of progress", () => {
  it("remembers when an exercise was first passed, and how the last check went", () => {
    const at = (second: number) => ({ work, now: new Date(second * 1000) });
    recordExercise("01-a/one", false, at(1));
    recordExercise("01-a/one", true, at(2));
    recordExercise("01-a/one", false, at(3));
    expect(readProgress({ work }).exercises.get("01-a/one")).toEqual({
      passed: false,
      passedAt: new Date(2000).toISOString(),
    });
  });

  it("doesn't grow by what it already holds", () => {
    for (let i = 0; i < 5; i++) recordExercise("01-a/one", true, { work });
    expect(lines()).toHaveLength(1);
  });

  it("loses one line, not the file, to damage; and a cut-off line doesn't take the next with it", () => {
    recordExercise("01-a/one", true, { work });
    writeFileSync(progressFile(work), `${lines()[0]}\n\u0000garbage\n{"v":1,"at":"x","kind":"exer`);
    recordExercise("01-a/two", true, { work });
    const progress = readProgress({ work });
    expect([...progress.exercises.keys()]).toEqual(["01-a/one", "01-a/two"]);
    expect(progress.unreadable).toBe(2);
    expect(lines()).toHaveLength(4);
  });

  it.each(["null", "3", "[]", '"x"', "{}", '{"v":1,"id":"x","at":"y","kind":"toString"}'])(
    "is not upset by a line %s",
    (line) => {
      writeFileSync(progressFile(work), `${line}\n`);
      expect(readProgress({ work }).unreadable).toBe(1);
    },
  );

  it("leaves alone what a later version of the course wrote", () => {
    writeFileSync(progressFile(work), '{"v":2,"something":"new"}\n');
    recordExercise("01-a/one", true, { work });
    expect(lines()[0]).toBe('{"v":2,"something":"new"}');
    expect(readProgress({ work }).unreadable).toBe(0);
  });

  it("keeps a prediction's reveal only when there is a prediction", () => {
    record({ kind: "reveal", id: "01-x", answer: "a" }, { work });
    expect(readProgress({ work }).predictions.size).toBe(0);
  });

  it("takes lines from several processes at once without losing one", async () => {
    const store = resolve("lib/course/work/store.ts");
    const writer = (name: string) =>
      new Promise<number | null>((done, fail) => {
        const code = `const { recordExercise } = require(${JSON.stringify(store)});
          for (let i = 0; i < 100; i++) recordExercise("${name}-" + i, true, { work: ${JSON.stringify(work)} });`;
        const child = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", code], {
          stdio: "inherit",
        });
        child.on("error", fail).on("close", done);
      });
    expect(await Promise.all(["a", "b", "c"].map(writer))).toEqual([0, 0, 0]);
    const progress = readProgress({ work });
    expect(progress.exercises.size).toBe(300);
    expect(progress.unreadable).toBe(0);
  });
});

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { formatNotebook, type Notebook, parseNotebook } from "../../../lib/course/notebooks/notebook";
import { type Disk, disk, filesBelow } from "../../../lib/course/work/disk";
import { MARK } from "../../../lib/course/work/merge-notebooks";
import { type PrepareReport, prepareWork } from "../../../lib/course/work/prepare";
import { cell, learnerEdit, notebook, Side, texts } from "./notebook-edits";

// Every file is forced to the disk, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 });

let scratch: string;
let root: string;
let run = 0;
const put = (path: string, contents: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), contents);
};
const get = (path: string) => readFileSync(join(root, path), "utf8");
const chapter = "notebooks/01-a.ipynb";
const exercise = "exercises/01-a/one.ts";
const book = (path = `work/${chapter}`): Notebook => parseNotebook(get(path));
const prepare = (): PrepareReport =>
  prepareWork(root, { work: join(root, "work"), timestamp: `t${++run}`, print: () => {} });
/** Every file of the learner's folder, so that two moments can be compared. */
const everything = () => {
  const work = join(root, "work");
  return Object.fromEntries(
    [...filesBelow(work), ...hidden(work)].map((path) => [path, readFileSync(join(work, path), "utf8")]),
  );
};
const hidden = (work: string) => filesBelow(join(work, ".fd3/base")).map((path) => `.fd3/base/${path}`);
const backups = () => filesBelow(join(root, "work/backups")).map((path) => get(`work/backups/${path}`));

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "fd3 work "));
  root = join(scratch, "course");
  mkdirSync(root);
  put(chapter, formatNotebook(notebook(cell("a", "A"), cell("b", "B"), cell("c", "C", "code"))));
  put("notebooks/01-a.md", "source of the chapter");
  put("notebooks/questions/01-a.json", "[]");
  put("notebooks/pictures/p.svg", "<svg/>");
  put(exercise, "stub 1");
  put("exercises/01-a/two.ts", "stub 2");
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

describe("the first start", () => {
  it("copies notebooks, what stands beside them, and exercises, and tells it in one line", () => {
    const report = prepare();
    expect(filesBelow(join(root, "work"))).toEqual([
      "exercises/01-a/one.ts",
      "exercises/01-a/two.ts",
      "notebooks/01-a.ipynb",
      "notebooks/pictures/p.svg",
      "tsconfig.json",
    ]);
    expect(report.lines).toEqual(["Put 5 files of the course into work/: that folder is yours to work in."]);
  });

  it("done twice changes nothing and says nothing", () => {
    prepare();
    const before = everything();
    expect(prepare()).toEqual({ outcomes: [], lines: [] });
    expect(everything()).toEqual(before);
  });

  it("leaves a file alone that was there before the course had one of that name", () => {
    put(`work/${exercise}`, "mine");
    put(`work/${chapter}`, formatNotebook(notebook(cell("x", "mine"))));
    prepare();
    expect(get(`work/${exercise}`)).toBe("mine");
    expect(get(`work/${exercise}.new`)).toBe("stub 1");
    expect(texts(book())).toEqual(["mine", "A", "B", "C"]);
  });

  it("links the library in when the learner's folder is elsewhere", () => {
    put("node_modules/fd3/index.js", "module.exports = 3");
    const work = join(scratch, "elsewhere");
    prepareWork(root, { work, timestamp: "t", print: () => {} });
    expect(existsSync(join(work, "node_modules/fd3/index.js"))).toBe(true);
  });
});

describe("an update of the course", () => {
  beforeEach(() => {
    prepare();
  });

  it("replaces what the learner hasn't touched, without a backup", () => {
    put(exercise, "stub 1, better");
    put(chapter, formatNotebook(notebook(cell("a", "A2"))));
    expect(prepare().lines).toHaveLength(1);
    expect(get(`work/${exercise}`)).toBe("stub 1, better");
    expect(get(`work/${chapter}`)).toBe(get(chapter));
    expect(backups()).toEqual([]);
  });

  it("merges a notebook that the learner has written in, after a backup", () => {
    const mine = formatNotebook(
      notebook(cell("a", "A"), cell("n", "my note"), cell("b", "my B"), cell("c", "C", "code", ["ran"])),
    );
    put(`work/${chapter}`, mine);
    put(chapter, formatNotebook(notebook(cell("a", "A2"), cell("b", "B2"), cell("c", "C", "code"))));
    const report = prepare();
    expect(texts(book())).toEqual(["A2", "my note", "my B", MARK, "B2", "C"]);
    expect(book().cells.at(-1)?.outputs).toEqual(["ran"]);
    expect(backups()).toEqual([mine]);
    expect(report.lines.join("\n")).toMatch(/one cell was changed by you and by the course.*\n.*backups\/t/);
    expect(prepare().lines).toEqual([]);
  });

  it("keeps a changed exercise, puts the new stub beside it where no import finds it, and says where", () => {
    put(`work/${exercise}`, "my solution");
    put(exercise, "stub 1, better");
    expect(prepare().lines.join()).toContain("exercises/01-a/one.ts.new");
    expect(get(`work/${exercise}`)).toBe("my solution");
    expect(get(`work/${exercise}.new`)).toBe("stub 1, better");
    expect(prepare().lines).toEqual([]);
    put(`work/${exercise}.new`, "notes in it");
    put(exercise, "stub 1, best");
    prepare();
    expect(get(`work/${exercise}.new`)).toBe("stub 1, best");
    expect(backups()).toContain("notes in it");
  });

  it("takes away what the course dropped and nobody changed; keeps what the learner changed", () => {
    put("work/exercises/01-a/two.ts", "my solution");
    rmSync(join(root, exercise));
    rmSync(join(root, "exercises/01-a/two.ts"));
    rmSync(join(root, chapter));
    put(`work/${chapter}`, formatNotebook(notebook(cell("a", "A"), cell("c", "C", "code", ["ran"]))));
    const ran = get(`work/${chapter}`);
    prepare();
    expect(filesBelow(join(root, "work/exercises"))).toEqual(["01-a/two.ts"]);
    expect(existsSync(join(root, "work", chapter))).toBe(false);
    expect(backups()).toEqual([ran]);
    expect(prepare().lines).toEqual([]);
  });

  it("brings back what the learner deleted, and says so", () => {
    rmSync(join(root, "work", exercise));
    rmSync(join(root, "work", chapter));
    expect(prepare().lines).toHaveLength(2);
    expect(get(`work/${exercise}`)).toBe("stub 1");
    expect(texts(book())).toEqual(["A", "B", "C"]);
  });

  it.each(["{ broken", "", "[]", '{"cells": 3}'])("never overwrites a notebook that can't be read: %j", (broken) => {
    put(`work/${chapter}`, broken);
    const report = prepare();
    expect(backups()).toEqual([broken]);
    expect(report.lines.join()).toContain(`backups/t${run}/${chapter}`);
    expect(texts(book())).toEqual(["A", "B", "C"]);
  });

  it("leaves the learner's copy as it is when the course's notebook is broken", () => {
    put(`work/${chapter}`, formatNotebook(notebook(cell("x", "mine"))));
    put(chapter, "<<<<<<<");
    expect(prepare().lines.join()).toContain("could not be brought up to date");
    expect(texts(book())).toEqual(["mine"]);
  });

  it("keeps every earlier state of a notebook in backups of its own", () => {
    const states: string[] = [];
    for (let version = 2; version < 5; version++) {
      states.push(formatNotebook(notebook(...book().cells, cell(`n${version}`, `note ${version}`))));
      put(`work/${chapter}`, states[states.length - 1]);
      put(chapter, formatNotebook(notebook(cell("a", `A${version}`))));
      prepareWork(root, { work: join(root, "work"), timestamp: "same", print: () => {} });
    }
    expect(backups().sort()).toEqual(states.sort());
  });
});

describe("a power failure in the middle", () => {
  class PowerFailure extends Error {}
  /** Lets the power fail after so many changes on the disk: everything after that fails too. */
  function failing(after: number): Disk {
    const step = () => {
      if (after-- <= 0) throw new PowerFailure();
    };
    return {
      read(path) {
        if (after < 0) step();
        return disk.read(path);
      },
      write(path, contents) {
        step();
        disk.write(path, contents);
      },
      remove(path) {
        step();
        disk.remove(path);
      },
    };
  }

  it("loses nothing, wherever it happens, and the next start finishes the work", () => {
    const one = fc.record({
      edits: fc.array(learnerEdit, { maxLength: 4 }),
      solved: fc.boolean(),
      broken: fc.boolean(),
      failures: fc.array(fc.nat(12), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(one, ({ edits, solved, broken, failures }) => {
        rmSync(join(root, "work"), { recursive: true, force: true });
        put(exercise, "stub 1");
        put(chapter, formatNotebook(notebook(cell("a", "A"), cell("b", "B"), cell("c", "C", "code"))));
        prepare();
        const learner = new Side("learner", book());
        for (const edit of edits) learner.edit(edit);
        put(`work/${chapter}`, broken ? "{ broken" : formatNotebook(learner.book));
        if (solved) put(`work/${exercise}`, "my solution");
        put(exercise, "stub 1, better");
        put(chapter, formatNotebook(notebook(cell("n", "new"), cell("c", "C2", "code"), cell("a", "A2"))));

        const folder = join(root, "work");
        for (const after of failures)
          prepareWork(root, { work: folder, timestamp: `t${++run}`, print: () => {}, disk: failing(after) });
        prepare();
        const wanted = broken ? [] : texts(learner.book).filter((text) => text.startsWith("learner"));
        expect(
          texts(book())
            .filter((text) => text.startsWith("learner"))
            .sort(),
        ).toEqual(wanted.sort());
        if (broken) expect(backups()).toContain("{ broken");
        expect(texts(book())).toContain("new");
        expect(get(`work/${exercise}`)).toBe(solved ? "my solution" : "stub 1, better");
        if (solved) expect(get(`work/${exercise}.new`)).toBe("stub 1, better");
        expect(prepare().lines).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("leaves a file whole when it fails while writing", () => {
    put("work/file", "old");
    mkdirSync(join(root, `work/.file.${process.pid}.tmp`));
    expect(() => disk.write(join(root, "work/file"), "new")).toThrow();
    expect(get("work/file")).toBe("old");
  });
});

describe("from clone to update, with git", () => {
  const git = (folder: string, ...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
      cwd: folder,
      encoding: "utf8",
    });

  it("a pull has no conflict, and the learner's work is merged with the new version", () => {
    put(".gitignore", "/work/\n");
    git(root, "init", "-q", "-b", "main");
    git(root, "add", "-A");
    git(root, "commit", "-qm", "v1");
    const upstream = root;
    git(scratch, "clone", "-q", upstream, "clone");
    root = join(scratch, "clone");
    prepare();
    put(`work/${exercise}`, "my solution");
    put(
      `work/${chapter}`,
      formatNotebook(notebook(cell("a", "A"), cell("n", "my note"), cell("b", "B"), cell("c", "C", "code"))),
    );
    expect(git(root, "status", "--porcelain")).toBe("");

    writeFileSync(join(upstream, exercise), "stub 1, better");
    writeFileSync(join(upstream, chapter), formatNotebook(notebook(cell("a", "A2"), cell("b", "B"), cell("d", "D"))));
    git(upstream, "commit", "-qam", "v2");
    git(root, "pull", "-q");
    expect(git(root, "status", "--porcelain")).toBe("");
    prepare();
    expect(texts(book())).toEqual(["A2", "my note", "B", "D"]);
    expect(get(`work/${exercise}`)).toBe("my solution");
    expect(get(`work/${exercise}.new`)).toBe("stub 1, better");
    expect(readdirSync(join(root, "exercises/01-a"))).toEqual(["one.ts", "two.ts"]);
    expect(git(root, "status", "--porcelain")).toBe("");
  });
});

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { build, check, fromLab } from "../../../lib/course/notebooks/chapters";
import { notebooksCommand } from "../../../lib/course/notebooks/command";
import { pythonOf } from "../../../lib/course/notebooks/jupytext";
import { formatNotebook, type Notebook, parseNotebook } from "../../../lib/course/notebooks/notebook";
import { courseRoot } from "../../../lib/course/work/places";
import { prepareWork } from "../../../lib/course/work/prepare";
import { sample } from "./sample";

// Each conversion starts Python.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let root: string;
let work: string;
const md = () => join(root, "notebooks/01-sample.md");
const ipynb = () => join(root, "notebooks/01-sample.ipynb");
const copy = () => join(work, "notebooks/01-sample.ipynb");
const read = (file: string) => readFileSync(file, "utf8");
const notebook = (file: string) => parseNotebook(read(file));
const ids = (book: Notebook) => book.cells.map(({ id }) => id);
const all = ["01-sample"];
const edit = (file: string, change: (book: Notebook) => void) => {
  const book = notebook(file);
  change(book);
  writeFileSync(file, formatNotebook(book));
};

beforeEach(() => {
  process.env.FD3_PYTHON ??= pythonOf(courseRoot());
  root = mkdtempSync(join(tmpdir(), "fd3 pair "));
  work = join(root, "work");
  mkdirSync(join(root, "notebooks"));
  writeFileSync(md(), sample);
  build(root, all);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("building a chapter's notebook", () => {
  it("gives the same bytes every time, and a pair that agrees", () => {
    const first = read(ipynb());
    expect(build(root, all)).toEqual([]);
    expect(read(ipynb())).toBe(first);
    expect(check(root, all)).toEqual([]);
  });

  it("gives a notebook that Jupyter itself accepts, for the tslab kernel, without outputs", () => {
    const script = "import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], 4))";
    execFileSync(pythonOf(courseRoot()), ["-c", script, ipynb()]);
    const book = notebook(ipynb());
    expect(book.metadata).toMatchObject({ kernelspec: { name: "tslab" }, language_info: { name: "typescript" } });
    expect(book.cells.flatMap(({ outputs }) => outputs)).toEqual([]);
    expect(read(ipynb())).not.toContain("jupytext_version");
  });

  it("keeps all ids when one cell is edited, and the others' when one is added or removed", () => {
    const before = ids(notebook(ipynb()));
    writeFileSync(md(), sample.replace("Last words.", "Very last words.").replace("const a = 1;", "const a = 2;"));
    build(root, all);
    expect(ids(notebook(ipynb()))).toEqual(before);
    writeFileSync(md(), sample.replace("## Second text cell", "A new cell.\n\n+++\n\n## Second text cell"));
    build(root, all);
    const after = ids(notebook(ipynb()));
    expect(after.filter((id) => before.includes(id))).toEqual(before);
    expect(after).toHaveLength(before.length + 1);
    writeFileSync(md(), sample);
    build(root, all);
    expect(ids(notebook(ipynb()))).toEqual(before);
  });

  it("keeps the ids of two cells that change places, and gives equal cells ids of their own", () => {
    const before = new Set(ids(notebook(ipynb())));
    const [head, tail] = sample.split("## Third");
    writeFileSync(
      md(),
      head.replace("# A sample\n", "# A sample\n\n+++\n\n## Third") + "\n```{code-cell}\n1\n```\n".repeat(3),
    );
    build(root, all);
    const after = ids(notebook(ipynb()));
    expect(new Set(after).size).toBe(after.length);
    expect(after.filter((id) => before.has(id)).length).toBeGreaterThanOrEqual(before.size - 1);
    expect(tail).toBeDefined();
  });
});

describe("the check of the pairs", () => {
  it.each([
    [
      "an edited Markdown",
      () => writeFileSync(md(), sample.replace("Last", "The last")),
      "out of step",
      "npm run notebooks",
    ],
    [
      "stored outputs",
      () => edit(ipynb(), (book) => book.cells[2].outputs.push({ output_type: "stream" })),
      "outputs",
      "npm run notebooks",
    ],
    [
      "a repeated id",
      () =>
        edit(ipynb(), (book) => {
          book.cells[1].id = book.cells[0].id;
        }),
      "id twice",
      "npm run notebooks",
    ],
    ["a missing notebook", () => rmSync(ipynb()), "not there", "npm run notebooks"],
    ["a missing Markdown", () => rmSync(md()), "no 01-sample.md", "--from-lab"],
    ["a broken notebook", () => writeFileSync(ipynb(), "{"), "not a notebook", "npm run notebooks"],
  ])("finds %s and says what mends it", (_, spoil, problem, command) => {
    spoil();
    const lines: string[] = [];
    expect(notebooksCommand(["--check"], root, (line) => lines.push(line))).toBe(1);
    expect(lines.join("\n")).toContain(problem);
    expect(lines.join("\n")).toContain(command);
  });

  it("says which chapter jupytext can't read, in jupytext's words", () => {
    writeFileSync(md(), sample.replace("slideshow:\n", "slideshow: [\n"));
    const lines: string[] = [];
    expect(notebooksCommand(["--check"], root, (line) => lines.push(line))).toBe(1);
    expect(lines.join()).toMatch(/01-sample can't be converted.*Invalid YAML/);
  });

  it("finds Markdown that wouldn't come back as it is, and --tidy mends it", () => {
    writeFileSync(
      md(),
      sample.replace(
        "```{code-cell}\n:tags: [hide-input, check]",
        "```{code-cell} typescript\n:tags: [hide-input, check]",
      ),
    );
    build(root, all);
    const lines: string[] = [];
    expect(notebooksCommand(["--check"], root, (line) => lines.push(line))).toBe(1);
    expect(lines.join("\n")).toMatch(/01-sample\.md, line \d+: .*--tidy/);
    expect(notebooksCommand(["--tidy"], root, () => {})).toBe(0);
    expect(read(md())).toBe(sample);
    expect(check(root, all)).toEqual([]);
  });
});

describe("bringing back what was edited in JupyterLab", () => {
  beforeEach(() => {
    prepareWork(root, { work, print: () => {} });
  });

  it("changes nothing when only outputs and settings of the tools came in", () => {
    const before = [read(md()), read(ipynb())];
    edit(copy(), (book) => {
      book.metadata.widgets = {};
      for (const cell of book.cells) {
        cell.metadata.execution = { started: "now" };
        if (cell.type === "code") cell.outputs.push({ output_type: "stream", name: "stdout", text: "x" });
      }
    });
    expect(fromLab(root, copy(), work)).toBe("unchanged");
    expect([read(md()), read(ipynb())]).toEqual(before);
  });

  it("brings text, code, tags and new cells into the Markdown, and their ids into the notebook", () => {
    edit(copy(), (book) => {
      book.cells[0].source = "# A better sample";
      book.cells[2].metadata.tags = ["check", "new"];
      book.cells.splice(3, 0, { ...book.cells[3], id: "fresh-one", source: "brand.new;\n\n" });
    });
    expect(fromLab(root, copy(), work)).toBe("changed");
    expect(read(md())).toContain("# A better sample");
    expect(read(md())).toContain(":tags: [check, new]");
    expect(read(md())).toContain("```{code-cell}\nbrand.new;\n```");
    expect(read(md()).startsWith(sample.slice(0, sample.indexOf("# A sample")))).toBe(true);
    expect(ids(notebook(ipynb()))).toEqual(ids(notebook(copy())));
    expect(check(root, all)).toEqual([]);
    const backups = join(work, "backups");
    expect(read(join(backups, readdirSync(backups)[0], "notebooks/01-sample.md"))).toBe(sample);
  });

  it("keeps what changed in the Markdown meanwhile, and refuses when both changed one cell", () => {
    writeFileSync(md(), sample.replace("Last words.", "Last words, from the Markdown."));
    edit(copy(), (book) => {
      book.cells[0].source = "# From JupyterLab";
    });
    fromLab(root, copy(), work);
    expect(read(md())).toContain("# From JupyterLab");
    expect(read(md())).toContain("Last words, from the Markdown.");
    writeFileSync(md(), read(md()).replace("# From JupyterLab", "# From the editor"));
    expect(() => fromLab(root, copy(), work)).toThrow(/changed both/);
    expect(read(md())).toContain("# From the editor");
  });

  it("refuses a file that is not named like a chapter", () => {
    writeFileSync(join(work, "Untitled.ipynb"), read(copy()));
    expect(() => fromLab(root, join(work, "Untitled.ipynb"), work)).toThrow(/named like/);
  });

  it("takes any notebook file, and says which cell Markdown has no place for", () => {
    edit(copy(), (book) => {
      book.cells[0].source = "before\n+++\nafter";
    });
    const before = read(md());
    const lines: string[] = [];
    expect(notebooksCommand(["--from-lab", copy()], root, (line) => lines.push(line))).toBe(1);
    expect(lines.join()).toMatch(/cell 1 \("before"\)/);
    expect(read(md())).toBe(before);
  });
});

describe("the command", () => {
  it("helps, and says what it does not understand", () => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    expect(notebooksCommand(["--help"], root, print)).toBe(0);
    expect(lines.join()).toContain("--from-lab");
    expect(notebooksCommand(["--chekc"], root, print)).toBe(2);
    expect(notebooksCommand(["01-smaple"], root, print)).toBe(1);
    expect(lines.at(-1)).toContain("01-sample");
  });
});

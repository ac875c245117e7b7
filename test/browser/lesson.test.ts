/**
 * A learner's first hour, in the real JupyterLab: the course opens at chapter 00 without a question; chapter 01 runs from top to
 * bottom; an exercise is opened beside it, answered wrongly, then rightly, and its panel follows.
 *
 * Pictures of both chapters, light and dark, are left in artifacts/.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complaints, LabPage, startBrowser } from "./browser";
import { type Lab, root, startLab } from "./start-lab";

const chapter = "01-everything-is-a-descriptor";
const exercise = `${chapter}/allocator`;
const artifacts = join(root, "artifacts");

/** A reaction that takes longer than this is as good as none. */
const PATIENCE = { timeout: 60_000 };

let lab: Lab;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(artifacts, { recursive: true });
  [lab, browser] = await Promise.all([startLab(), startBrowser()]);
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
}, 60_000);

test("JupyterLab opens at chapter 00, with the right kernel and without asking anything", async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(lab.page(""));
  await page.locator(".jp-NotebookPanel .jp-Toolbar-kernelName", { hasText: "TypeScript (fd3)" }).waitFor(PATIENCE);
  await page.locator(".jp-Notebook h1").first().waitFor(PATIENCE);
  expect(await page.locator(".lm-TabBar-tab.jp-mod-current").allTextContents()).toContain("00-start-here.ipynb");
  expect(await page.locator(".jp-Dialog").count()).toBe(0);
  expect(await page.locator(".Toastify__toast").count()).toBe(0);
  await page.screenshot({ path: join(artifacts, "first-sight.png") });
  await page.close();
});

test.each(["light", "dark"] as const)("chapters 00 and 01 run without a complaint (%s)", async (theme) => {
  for (const name of ["00-start-here", chapter]) {
    const path = `notebooks/${name}.ipynb`;
    const notebook = await LabPage.open(browser, lab, path, theme);
    await notebook.call("restart", path);
    const cells = await notebook.runAll();
    expect(complaints(cells)).toEqual([]);
    expect(cells.filter((cell) => cell.outputs.length > 0).length).toBeGreaterThan(cells.length / 2);
    await notebook.page.waitForTimeout(1000);
    await notebook.screenshotAll((part) => join(artifacts, `${name}.${theme}.${String(part).padStart(2, "0")}.png`));
    await notebook.page.close();
  }
});

describe("an exercise beside the notebook", () => {
  let notebook: LabPage;
  let panel: Locator;

  beforeAll(async () => {
    notebook = await LabPage.open(browser, lab, `notebooks/${chapter}.ipynb`);
    await notebook.runAll();
    panel = notebook.page.locator(`[data-exercise="${exercise}"]`).first();
  }, 300_000);

  afterAll(() => notebook?.page.close());

  /** Replaces the file's text in JupyterLab's editor and saves it, by keyboard. */
  async function save(text: string): Promise<void> {
    await notebook.page.locator(".jp-FileEditor .cm-content").click();
    await notebook.page.keyboard.press("Control+A");
    await notebook.page.keyboard.insertText(text);
    await notebook.page.keyboard.press("Control+S");
  }

  /** Waits until the panel is in that mood and has something to say. */
  async function turns(mood: "good" | "bad", words: string): Promise<void> {
    const turned = notebook.page.locator(`[data-exercise="${exercise}"].${mood}`, { hasText: words }).first();
    await turned.waitFor(PATIENCE);
    // At once, since the panel may be drawn anew at any moment.
    await notebook.page.evaluate(`document.querySelector('[data-exercise="${exercise}"]').scrollIntoView()`);
  }

  const answer = (file: string) => readFileSync(join(root, file), "utf8");

  test("its button opens the untouched stub, whose checks fail", async () => {
    await panel.scrollIntoViewIfNeeded();
    await panel.getByRole("button", { name: "Open the exercise beside" }).click();
    await notebook.page.locator(".jp-FileEditor .cm-content").waitFor(PATIENCE);
    await turns("bad", "Save the file, and it is checked again");
    await notebook.screenshot(join(artifacts, "exercise.1-stub.png"));
  });

  test("a wrong answer: the panel says what is wrong with it", async () => {
    const wrong = answer(`test/exercises/${chapter}/wrong/allocator/counts-from-zero.ts`);
    await save(wrong);
    await turns("bad", /^\/\/ Says: (.*)$/m.exec(wrong)?.[1] ?? "the wrong answer names no phrase");
    await notebook.screenshot(join(artifacts, "exercise.2-wrong.png"));
  });

  test("a file that isn't TypeScript: the panel says so and goes on", async () => {
    await save("export const = ;\n");
    await turns("bad", "isn't valid TypeScript");
    await notebook.screenshot(join(artifacts, "exercise.3-syntax.png"));
  });

  test("the right answer: the panel turns", async () => {
    await save(answer(`solutions/${exercise}.ts`));
    await turns("good", "✓");
    await notebook.screenshot(join(artifacts, "exercise.4-right.png"));
    expect(readFileSync(join(lab.work, `exercises/${exercise}.ts`), "utf8")).toBe(answer(`solutions/${exercise}.ts`));
  });
});

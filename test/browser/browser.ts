/** Headless Chromium, and JupyterLab in it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Lab } from "./start-lab";

/** What a code cell holds after a run. */
export interface CodeCell {
  id: string;
  source: string;
  executionCount: number | null;
  outputs: Array<{ output_type: string; name?: string; text?: string | string[]; data?: Record<string, unknown> }>;
  running: boolean;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Chromium: the environment's CHROMIUM, or where distributions put it. */
export async function startBrowser(): Promise<Browser> {
  const places = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath) {
    throw new Error("Chromium is missing. Debian: sudo apt-get install chromium; elsewhere name it: CHROMIUM=/path");
  }
  return chromium.launch({ executablePath, args: flags });
}

/** JupyterLab in one tab of the browser. */
export class LabPage {
  private constructor(
    readonly page: Page,
    private readonly path: string,
  ) {}

  /** Opens a notebook (a path below the work folder) and waits for its kernel. */
  static async open(
    browser: Browser,
    lab: Lab,
    path: string,
    colorScheme: "light" | "dark" = "light",
  ): Promise<LabPage> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
    page.setDefaultTimeout(60_000);
    await page.addInitScript({ path: join(__dirname, "in-page.js") });
    await page.goto(lab.page(`lab/tree/${path}`));
    await page.evaluate("fd3.ready()");
    const opened = new LabPage(page, path);
    await opened.call("open", path);
    return opened;
  }

  /** Calls a function of in-page.js. */
  call<Result>(name: string, ...args: unknown[]): Promise<Result> {
    return this.page.evaluate<Result>(`fd3.${name}(...${JSON.stringify(args)})`);
  }

  /** Runs all cells. Resolves with them when the last has ended or one has failed. */
  async runAll(): Promise<CodeCell[]> {
    await this.call("runAll", this.path);
    return this.cells();
  }

  cells(): Promise<CodeCell[]> {
    return this.call("cells", this.path);
  }

  /** JupyterLab follows the system's preference for light or dark. */
  async setTheme(theme: "light" | "dark"): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.waitForFunction(`fd3.theme() === "${theme}"`);
    await this.page.waitForTimeout(500);
  }

  /** The window as a learner sees it. */
  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  /** The whole notebook, top to bottom, in as many pictures as it takes; returns their files. */
  async screenshotAll(file: (part: number) => string): Promise<string[]> {
    const files: string[] = [];
    await this.page.setViewportSize({ width: 1200, height: 1400 });
    await this.call("bare", this.path);
    for (let y = 0, part = 1; ; part += 1) {
      const at = await this.call<number>("scroll", this.path, y);
      const { left, top, width, height, content, view } = await this.call<Record<string, number>>(
        "scroller",
        this.path,
      );
      files.push(file(part));
      await this.page.screenshot({ path: file(part), clip: { x: left, y: top, width, height } });
      if (at + view >= content - 2 || part >= 60) return files;
      y = at + view - 60;
    }
  }
}

/** What went wrong in a run, a line each; empty when every code cell ran to its end without complaint. */
export function complaints(cells: readonly CodeCell[]): string[] {
  return cells.flatMap((cell, index) => {
    const where = `code cell ${index + 1} (${cell.source.trim().split("\n")[0]})`;
    if (cell.source.trim() !== "" && cell.executionCount === null) return [`${where} did not run`];
    return cell.outputs
      .filter((output) => output.output_type === "error" || output.name === "stderr")
      .map((output) => `${where} complained: ${[output.text ?? ""].flat().join("")}`);
  });
}

/**
 * `npm run screenshots -- notebooks/01-….ipynb`: runs notebooks in the real JupyterLab and takes pictures of them, light and
 * dark, so that whoever writes a chapter sees what a learner will see.
 */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { complaints, LabPage, startBrowser } from "./browser";
import { root, startLab } from "./start-lab";

const help = `npm run screenshots -- [options] notebook …

Runs each notebook (notebooks/NN-slug.ipynb, or any other .ipynb) in JupyterLab, in a work folder of its own, and
takes pictures of it from top to bottom: artifacts/NN-slug.light.01.png and so on, and of the whole window as a learner
sees it: artifacts/NN-slug.light.window.png.

  --theme light|dark   only one of the two
  --no-run             don't run the cells
  --out folder         somewhere else than artifacts/
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      theme: { type: "string" },
      "no-run": { type: "boolean" },
      out: { type: "string", default: join(root, "artifacts") },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(help);
    return values.help ? 0 : 2;
  }
  const themes = (["light", "dark"] as const).filter((theme) => !values.theme || values.theme === theme);
  const notebooks = positionals.map((path) => resolve(path.replace(/\.md$/, ".ipynb")));
  for (const path of notebooks) {
    if (existsSync(path)) continue;
    process.stderr.write(`${path} isn't there. Build it from the .md: npm run notebooks\n`);
    return 2;
  }
  mkdirSync(values.out, { recursive: true });
  process.stderr.write("Starting JupyterLab and Chromium …\n");
  const [lab, browser] = await Promise.all([startLab(), startBrowser()]);
  let bad = 0;
  try {
    for (const path of notebooks) {
      const name = basename(path, ".ipynb");
      // Those of the course are there already; any other is put beside them.
      if (!existsSync(join(lab.work, "notebooks", basename(path))))
        copyFileSync(path, join(lab.work, "notebooks", basename(path)));
      for (const theme of themes) {
        const file = (part: string) => join(values.out, `${name}.${theme}.${part}.png`);
        // Anew for each theme, since what is drawn once (Mermaid) doesn't follow a later change.
        const notebook = await LabPage.open(browser, lab, `notebooks/${name}.ipynb`, theme);
        if (!values["no-run"]) {
          await notebook.call("restart", `notebooks/${name}.ipynb`);
          const found = complaints(await notebook.runAll());
          bad += found.length;
          for (const line of found) process.stdout.write(`${name} (${theme}): ${line}\n`);
          await notebook.page.waitForTimeout(1000);
        }
        await notebook.screenshot(file("window"));
        const files = await notebook.screenshotAll((part) => file(String(part).padStart(2, "0")));
        process.stdout.write([file("window"), ...files, ""].join("\n"));
        await notebook.page.close();
      }
    }
  } finally {
    await browser.close();
    await lab.stop();
  }
  return bad > 0 ? 1 : 0;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);

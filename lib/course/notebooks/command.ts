/** `npm run notebooks`: keeps each chapter's Markdown and its notebook in step. The work is done in chapters.ts. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { nearest } from "../exercises/nearest";
import { courseRoot, workFolder } from "../work/places";
import { build, chapterNames, check, fromLab, tidy } from "./chapters";
import { JupytextError } from "./jupytext";
import { PairError } from "./pair";

const help = `npm run notebooks [-- options] [chapter …]

A chapter is a pair: notebooks/NN-slug.md, which people write, and notebooks/NN-slug.ipynb, built from it.

  npm run notebooks                          build every notebook from its Markdown
  npm run notebooks -- 01                    only chapter 01
  npm run notebooks -- --check               change nothing; fail when a pair is out of step, and say what mends it
  npm run notebooks -- --tidy                rewrite the Markdown as jupytext would, where it differs only in form
  npm run notebooks -- --from-lab            bring what was edited in JupyterLab (work/notebooks/) back into the Markdown;
                                             name a chapter, or give the path of an .ipynb
`;

/** Runs the command; returns its exit status. */
export function notebooksCommand(args: readonly string[], root = courseRoot(), print = console.log): number {
  let options: { check?: boolean; tidy?: boolean; "from-lab"?: boolean; help?: boolean };
  let given: string[];
  try {
    const parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        check: { type: "boolean" },
        tidy: { type: "boolean" },
        "from-lab": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    options = parsed.values;
    given = parsed.positionals;
  } catch (error) {
    print(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return 2;
  }
  if (options.help) {
    print(help);
    return 0;
  }
  try {
    if (options["from-lab"]) return bringBack(root, given, print);
    const names = chosen(root, given);
    if (options.check) {
      const problems = check(root, names);
      for (const problem of problems) print(problem);
      if (problems.length === 0) print(`${names.length} chapter(s): every notebook is what its Markdown says.`);
      return problems.length === 0 ? 0 : 1;
    }
    if (options.tidy) for (const name of tidy(root, names)) print(`tidied notebooks/${name}.md`);
    const changed = build(root, names);
    for (const name of changed) print(`built notebooks/${name}.ipynb`);
    if (changed.length === 0) print(`${names.length} chapter(s): every notebook was up to date.`);
    return 0;
  } catch (error) {
    if (!(error instanceof PairError || error instanceof JupytextError)) throw error;
    print(error.message);
    return 1;
  }
}

/** Chapters by number or name, or all; a name that isn't one is an error that says which are near. */
function chosen(root: string, given: readonly string[]): string[] {
  const all = chapterNames(root);
  if (given.length === 0) return all;
  return given.map((word) => {
    const wanted = word.replace(/^.*[\\/]/, "").replace(/\.(md|ipynb)$/, "");
    const found = all.filter((name) => name === wanted || name.startsWith(`${wanted}-`));
    if (found.length === 1) return found[0];
    const like = nearest(wanted, all);
    const hint = like.length > 0 ? `Did you mean ${like.join(" or ")}?` : `There are: ${all.join(", ")}`;
    throw new PairError(`There is no chapter "${word}". ${hint}`);
  });
}

function bringBack(root: string, given: readonly string[], print: (line: string) => void): number {
  const work = workFolder(root);
  const copy = (name: string) => join(work, "notebooks", `${name}.ipynb`);
  const isFile = (word: string) => word.endsWith(".ipynb") && existsSync(resolve(word));
  const files =
    given.length === 0
      ? chapterNames(root)
          .map(copy)
          .filter((file) => existsSync(file))
      : given.map((word) => (isFile(word) ? resolve(word) : copy(chosen(root, [word])[0])));
  if (files.length === 0) print(`There is no chapter in ${work}/notebooks: npm run lab puts them there.`);
  for (const file of files) {
    const result = fromLab(root, file, work);
    print(result === "changed" ? `${file}: brought into notebooks/` : `${file}: nothing new`);
  }
  return 0;
}

if (require.main === module) process.exitCode = notebooksCommand(process.argv.slice(2));

/**
 * jupytext, asked to convert texts: a chapter's Markdown (its `md:myst` format) to a notebook and back.
 *
 * It is a Python library in the project's `.venv`, pinned there. Starting it takes a third of a second and converting
 * milliseconds, so all texts of a run go through one process: JSON in on its standard input, JSON out.
 *
 * Left out: jupytext's own pairing (`jupytext --sync`). It decides by file times, and a fresh clone has none that mean
 * anything.
 * Source: https://jupytext.readthedocs.io/en/latest/formats-markdown.html#myst-markdown
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { courseRoot } from "../work/places";

export type Format = "md:myst" | "ipynb";

export interface Conversion {
  text: string;
  from: Format;
  /** What to make of it, and then of that, and so on. */
  to: Format[];
}

/** What came out of each step, or, for a text that can't be converted, jupytext's own words. */
export type Converted = { texts: string[] } | { problem: string };

/** jupytext isn't there, or broke; the message says what to do. */
export class JupytextError extends Error {
  override readonly name = "JupytextError";
}

const script = `
import json, sys, warnings
warnings.simplefilter("ignore")
# Not needed for converting texts, and 1.3 of the 1.5 seconds of a start: a grammar of URLs, and Jupyter's server.
sys.modules["rfc3987_syntax"] = sys.modules["jupyter_server"] = None
import jupytext
def convert(job):
    try:
        texts, text, fmt = [], job["text"], job["from"]
        for to in job["to"]:
            text, fmt = jupytext.writes(jupytext.reads(text, fmt=fmt), fmt=to), to
            texts.append(text)
        return {"texts": texts}
    except Exception as error:
        return {"problem": str(error) or type(error).__name__}
json.dump([convert(job) for job in json.loads(sys.stdin.buffer.read())], sys.stdout)
`;

/** What has been converted already: asking again about the same text costs nothing. */
const known = new Map<string, Converted>();

/** Converts all texts, in order. Throws JupytextError when jupytext can't be run. */
export function convert(conversions: readonly Conversion[], root: string = courseRoot()): Converted[] {
  const keys = conversions.map((conversion) => JSON.stringify(conversion));
  const fresh = [...new Set(keys)].filter((key) => !known.has(key));
  const results = fresh.length > 0 ? runJupytext(fresh, root) : [];
  for (const [index, result] of results.entries()) known.set(fresh[index], result);
  return keys.map((key) => known.get(key) ?? { problem: "jupytext gave no answer" });
}

/** One process for all; each conversion is given as JSON. */
function runJupytext(conversions: readonly string[], root: string): Converted[] {
  const { status, stdout, stderr, error } = spawnSync(pythonOf(root), ["-c", script], {
    input: `[${conversions.join(",")}]`,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONIOENCODING: "utf-8" },
  });
  if (error)
    throw new JupytextError(`Python could not be started: ${error.message}. Run npm run lab once: it sets it up.`);
  if (status !== 0) throw new JupytextError(`jupytext could not be run. Its own words:\n${stderr.trim()}`);
  return JSON.parse(stdout);
}

/** The Python of the project's own environment. FD3_PYTHON names another one that has jupytext. */
export function pythonOf(root: string): string {
  if (process.env.FD3_PYTHON) return process.env.FD3_PYTHON;
  const python = join(root, ".venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (!existsSync(python))
    throw new JupytextError(`${python} is not there. Run npm run lab once: it makes the project's Python environment.`);
  return python;
}

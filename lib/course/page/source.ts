/**
 * Part of a source file of this course, in a notebook: the lines themselves, and a button that opens the whole file beside.
 *
 * JupyterLab sees only the learner's folder. So the file is copied there first, into `work/source/`, where it may be read
 * and scribbled upon; the course runs its own. The lines shown are read from the source each time: they can't be out of date.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { escapeHtml } from "../../view/html";
import { makePicture, type Picture } from "../../view/picture";
import { disk } from "../work/disk";
import { courseRoot, workFolder } from "../work/places";

/**
 * The lines of a file from the first that contains `from` to the next that contains `to` (default: to the end of the file).
 * `path` is relative to the course's folder, with "/". Throws when the file or the lines aren't there.
 */
export function sourceLines(path: string, from: string, to?: string, root = courseRoot()): string {
  const file = join(root, path);
  if (!existsSync(file)) throw new Error(`there is no file ${path} in the course`);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const first = lines.findIndex((line) => line.includes(from));
  if (first < 0) throw new Error(`no line of ${path} contains "${from}"`);
  if (to === undefined) return lines.slice(first).join("\n");
  const last = lines.findIndex((line, i) => i >= first && line.includes(to));
  if (last < 0) throw new Error(`no line of ${path} after line ${first + 1} contains "${to}"`);
  return lines.slice(first, last + 1).join("\n");
}

/** Shows lines of a source file, with a button that opens a copy of the whole file beside the notebook. */
export function source(path: string, from: string, to?: string): Picture {
  const root = courseRoot();
  const code = sourceLines(path, from, to, root);
  const copy = `source/${path}`;
  disk.write(join(workFolder(root), copy), readFileSync(join(root, path)));
  const args = { path: copy, factory: "Editor", options: { mode: "split-right" } };
  const button =
    `<button type="button" data-commandlinker-command="docmanager:open" ` +
    `data-commandlinker-args="${escapeHtml(JSON.stringify(args))}">Open the whole file beside</button>`;
  const body =
    `<div class="scroll"><pre style="margin:0 0 6px;padding:8px 10px;white-space:pre;word-break:normal;font:12px/1.5 var(--mono);` +
    `background:var(--tint);border-left:3px solid var(--accent)">${escapeHtml(code)}</pre></div>` +
    `<p class="note">${button} &nbsp;${escapeHtml(path)} (a copy to read; editing it changes nothing)</p>`;
  return makePicture(`Lines of ${escapeHtml(path)}`, body, `${path}\n\n${code}`);
}

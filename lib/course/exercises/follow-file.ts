/**
 * Tells when a file's contents have changed, however they were written: in place, or as a new file that takes the name (most
 * editors, and JupyterLab), or by deletion.
 *
 * It watches the folder, because a watched file that is replaced is gone for its watcher; waits until the writer has been
 * quiet for a moment; and compares contents, because a folder tells more than was asked. Where a file system tells nothing
 * (network drives, some containers), a look once a second finds it.
 */
import { type FSWatcher, mkdirSync, readFileSync, unwatchFile, watch, watchFile } from "node:fs";
import { basename, dirname } from "node:path";

/** So many milliseconds without a further event count as "written". */
const QUIET = 40;

function contents(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Calls `changed` after each change of the file, until the returned function is called. Doesn't keep the process alive. */
export function followFile(path: string, changed: () => void): () => void {
  let known = contents(path);
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  const look = (): void => {
    const now = contents(path);
    if (now === known) return;
    known = now;
    changed();
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, QUIET);
    timer.unref();
  };
  try {
    mkdirSync(dirname(path), { recursive: true });
    watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) soon();
    });
    watcher.on("error", () => watcher?.close());
  } catch {
    // No watcher to be had here: the look once a second has to do.
  }
  watchFile(path, { persistent: false, interval: 1000 }, soon);
  return () => {
    clearTimeout(timer);
    watcher?.close();
    unwatchFile(path, soon);
  };
}

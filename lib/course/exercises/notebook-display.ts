/**
 * The notebook's output area, as tslab offers it: an output that can be replaced later, also after its cell has ended.
 *
 * tslab is looked for among the modules that already run, not by its name: only the copy that drives this very notebook can
 * reach its page.
 */
import { dirname, join } from "node:path";

/** One output of a notebook; writing again replaces what it shows. */
export interface NotebookOutput {
  html(html: string): void;
}

interface Tslab {
  newDisplay(): NotebookOutput;
}

/** A new output in the running cell; null when this process isn't a notebook's kernel. */
export function newNotebookOutput(): NotebookOutput | null {
  const jupyter = Object.keys(require.cache).find((path) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(path));
  if (!jupyter) return null;
  const { lastWriteDisplayData } = require(jupyter) as { lastWriteDisplayData?: unknown };
  if (!lastWriteDisplayData) return null;
  return (require(join(dirname(jupyter), "public.js")) as Tslab).newDisplay();
}

/**
 * Shows a picture where the reader is: drawn in a notebook, as text in a terminal.
 *
 * The notebook's kernel, tslab, gives its cells a `require` of their own, kept in a global variable; what it returns for
 * "tslab" is the tslab that runs, wherever that was installed. Where there is no such variable nobody can draw, and the text
 * is printed. So loading this library never needs tslab.
 *
 * Source: tslab 1.0.22, dist/executor.js (`__tslab__`); its README, "Display".
 */
import type { Picture } from "../view/picture";

interface Tslab {
  readonly display: { html(source: string): void };
}

/** Shows pictures, one below the other: `show(microscope(run))`. */
export function show(...pictures: readonly Picture[]): void {
  const tslab = runningTslab();
  for (const picture of pictures) {
    if (tslab) tslab.display.html(picture.html);
    else console.log(picture.text);
  }
}

/** Is this a cell of a notebook? */
export function inNotebook(): boolean {
  return runningTslab() !== null;
}

/** The tslab in whose cell we were called, else null. */
function runningTslab(): Tslab | null {
  const { __tslab__: cell } = globalThis as { __tslab__?: { require?: (name: string) => unknown } };
  const tslab = cell?.require?.("tslab") as Partial<Tslab> | undefined;
  return tslab?.display ? { display: tslab.display } : null;
}

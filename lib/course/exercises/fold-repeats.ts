/** Folds what a loop prints again and again, so that thousands of equal calls take a few lines. */

/** A block of up to `longest` lines that comes at least four times in a row is shown once, with how often it comes. */
export function foldRepeats(lines: readonly string[], longest = 4): string[] {
  const shown: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const { size, times } = blockAt(lines, at, longest);
    shown.push(...lines.slice(at, at + size));
    if (times > 1) {
      const what = size === 1 ? "call" : `${size} calls`;
      shown.push(`… the same ${what} ${(times - 1).toLocaleString("en-US")} times more`);
    }
    at += size * times;
  }
  return shown;
}

function blockAt(lines: readonly string[], at: number, longest: number): { size: number; times: number } {
  for (let size = 1; size <= longest; size++) {
    let end = at + size;
    while (end < lines.length && lines[end] === lines[end - size]) end++;
    const times = Math.floor((end - at) / size);
    if (times >= 4) return { size, times };
  }
  return { size: 1, times: 1 };
}

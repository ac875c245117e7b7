/** Names that come near a mistyped one: by the fewest letters to change, with whole words that agree counting for more. */

/** How many letters must be inserted, removed or replaced to turn one text into the other (Levenshtein). */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}

/** Up to `count` of `names` that somebody who typed `asked` may have meant, nearest first. */
export function nearest(asked: string, names: readonly string[], count = 3): string[] {
  const typed = asked.toLowerCase();
  const scored = names.map((name) => {
    const candidates = [name, name.slice(name.lastIndexOf("/") + 1)].map((text) => text.toLowerCase());
    const distance = Math.min(...candidates.map((text) => editDistance(typed, text)));
    const contains = typed.length > 2 && name.toLowerCase().includes(typed);
    return { name, distance: contains ? 0 : distance, near: contains || distance <= Math.max(2, typed.length / 3) };
  });
  return scored
    .filter((entry) => entry.near)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map((entry) => entry.name);
}

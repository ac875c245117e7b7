/** Names that a mistyped one may have meant: those that contain it, then those within a few wrong letters of it. */
export function near(word: string, names: readonly string[], most = 5): string[] {
  const wanted = word.toLowerCase();
  const rank = (name: string) => {
    const candidate = name.toLowerCase();
    if (wanted !== "" && candidate.includes(wanted)) return 0;
    return Math.min(...[candidate, ...candidate.split("/")].map((part) => editDistance(wanted, part)));
  };
  return names
    .map((name) => ({ name, distance: rank(name) }))
    .filter(({ distance }) => distance <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name);
}

/** How many letters must be put in, taken out or exchanged to get from one word to the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= to.length; j++)
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1));
  }
  return row[to.length];
}

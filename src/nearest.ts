/**
 * The word that was probably meant, if one is near enough: at most a third of the letters differ. Upper and lower case
 * count only between words that are as near.
 */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3));
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) > least) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance > least) continue;
    const isNearer = best === undefined || distance < least || editDistance(word, candidate) < editDistance(word, best);
    if (isNearer) best = candidate;
    least = distance;
  }
  return best;
}

/** `; did you mean `packets`?`, or what else there is where nothing is near, or nothing at all. */
export function suggestion(word: string, words: readonly string[]): string {
  const near = nearest(word, words);
  if (near !== undefined) return `; did you mean \`${near}\`?`;
  if (words.length === 0) return "";
  const shown = words.slice(0, 8).map((name) => `\`${name}\``);
  return ` (it has ${shown.join(", ")}${words.length > 8 ? `, and ${words.length - 8} more` : ""})`;
}

/** Letters that must be put in, taken out, exchanged, or swapped with the next. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

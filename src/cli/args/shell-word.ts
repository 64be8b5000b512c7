/** Returns a word as a shell takes it: in quotes where it would be more, or something else, without them. */
export function shellWord(word: string): string {
  return /^[\w.,:=@%+/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** bpftool's rule for every word: a prefix is enough, and the empty word is a prefix of anything. */
export function isPrefix(word: string, whole: string): boolean {
  return whole.startsWith(word);
}

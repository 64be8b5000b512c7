/** Returns true if `word` abbreviates `whole`. As in bpftool, any prefix will do, even an empty one. */
export function isPrefix(word: string, whole: string): boolean {
  return whole.startsWith(word);
}

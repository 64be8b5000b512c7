/**
 * Tells whether a whole text matches a shell's pattern: `*` is any characters, `?` one, `[abc]` and `[!a-z]` one of a
 * set. A bracket that isn't closed stands for itself. Takes at most the product of both lengths in steps.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  let [at, from] = [0, 0];
  /** The place to go on at if the rest doesn't match: behind the last star, one character later. */
  let star: { readonly pattern: number; text: number } | undefined;
  while (at < text.length) {
    const token = tokenAt(pattern, from);
    if (token?.kind === "star") {
      from = token.end;
      star = { pattern: from, text: at };
    } else if (token?.takes(text.charAt(at))) {
      from = token.end;
      at += 1;
    } else if (star !== undefined) {
      from = star.pattern;
      at = ++star.text;
    } else return false;
  }
  while (pattern[from] === "*") from += 1;
  return from === pattern.length;
}

type Token =
  | { readonly kind: "star"; readonly end: number }
  | { readonly kind: "one"; readonly end: number; readonly takes: (character: string) => boolean };

function tokenAt(pattern: string, from: number): Token | undefined {
  const character = pattern[from];
  if (character === undefined) return undefined;
  if (character === "*") return { kind: "star", end: from + 1 };
  if (character === "?") return { kind: "one", end: from + 1, takes: () => true };
  const close = character === "[" ? pattern.indexOf("]", from + 2) : -1;
  if (close < 0) return { kind: "one", end: from + 1, takes: (one) => one === character };
  return { kind: "one", end: close + 1, takes: setOf(pattern.slice(from + 1, close)) };
}

function setOf(text: string): (character: string) => boolean {
  const isNegative = /^[!^]/.test(text);
  const members = isNegative ? text.slice(1) : text;
  return (character) => {
    for (let i = 0; i < members.length; i++) {
      const isRange = members[i + 1] === "-" && i + 2 < members.length;
      const [low = "", high = ""] = [members[i], isRange ? members[i + 2] : members[i]];
      if (low <= character && character <= high) return !isNegative;
      if (isRange) i += 2;
    }
    return isNegative;
  };
}

/** The characters that a terminal may obey, that can't be seen, or that make text look like other text. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Text of a log or an object as a human may see it: what a terminal would obey is spelled out (`\e]0;…`, `\u202e`). */
export function visibleText(text: string): string {
  return text.replace(UNSAFE, (char) =>
    char === "\t" ? " " : char === "\u001b" ? "\\e" : spelled(char.codePointAt(0) ?? 0),
  );
}

function spelled(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

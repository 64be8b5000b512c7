const SHORT: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\u001b": "\\e" };

/** Text that is shown as it is, a column for each character, as nearly all is. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/**
 * Makes text from a map safe to show: escapes what a terminal would act on (`\e]0;…`, `\u202e`) and bytes that are not
 * UTF-8 (`\xff`, from the surrogates of `textFromBytes`). Backslashes stay as they are.
 */
export function visible(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  // Characters that a terminal may act on, or that make text look like other text: controls, line separators, changes
  // of direction, invisible ones, and lone surrogates.
  const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
  return text.replace(unsafe, (char) => SHORT[char] ?? spelled(char.codePointAt(0) ?? 0));
}

function spelled(code: number): string {
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Returns the number of terminal columns that visible text takes. */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += columnsOf(char);
  return width;
}

/** Returns 2 for East Asian characters, full-width forms and emoji. */
function columnsOf(char: string): number {
  if (/[\p{Mn}\p{Me}]/u.test(char)) return 0;
  const wide =
    /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
  return wide.test(char) ? 2 : 1;
}

/** Cuts visible text to a number of columns; `…` marks the cut. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let cut = "";
  let width = 0;
  for (const char of text) {
    const more = displayWidth(char);
    if (width + more > columns - 1) break;
    cut += char;
    width += more;
  }
  return columns > 0 ? `${cut}…` : "";
}

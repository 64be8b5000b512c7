const SHORT: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", "\u001b": "\\e" };

/**
 * Text from a map as a human may see it: what a terminal would obey is spelled out (`\e]0;…`, `\u202e`), and so is each
 * byte that isn't UTF-8 (`\xff`, from the surrogates of `textFromBytes`). Backslashes stay as they are.
 */
export function visible(text: string): string {
  // What a terminal may obey, or what makes text look like other text: controls, separators of lines, what changes the
  // direction of text or can't be seen, and lone surrogates.
  const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
  return text.replace(unsafe, (char) => SHORT[char] ?? spelled(char.codePointAt(0) ?? 0));
}

function spelled(code: number): string {
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

const PRINTABLE_ASCII = /^[ -~]*$/;

/** Columns of a terminal that visible text takes. */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += columnsOf(char);
  return width;
}

/** Two for characters of East Asia, full-width forms and pictures. */
function columnsOf(char: string): number {
  if (/[\p{Mn}\p{Me}]/u.test(char)) return 0;
  const wide =
    /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
  return wide.test(char) ? 2 : 1;
}

/** Visible text cut to so many columns; `…` stands for what is missing. */
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

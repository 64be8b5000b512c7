import { bytesFromText } from "../../bytes.ts";

/** The names that a Prometheus label may have. */
export const LABEL_NAME: RegExp = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What most values are. */
const PLAIN = /^[ !#-[\]-~]*$/;
const ESCAPED = /[\\"\p{Cc}\p{Cs}]/u;
const CONTROL = /\p{Cc}/gu;

/**
 * Writes a label's value between its quotes. Map data may be any bytes: those that aren't UTF-8 become U+FFFD, as a
 * strict reader wants it, and control characters other than a line feed `\x1b`, since some readers take a NUL for the
 * end.
 */
export function labelValue(text: string): string {
  if (PLAIN.test(text) || !ESCAPED.test(text)) return text;
  const valid = Buffer.from(bytesFromText(text)).toString("utf8");
  const shown = valid.replace(CONTROL, (char) => (char === "\n" ? char : spelled(char)));
  return shown.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function spelled(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/** Writes labels as a sample has them: `id="7",name="conns"`. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${labelValue(value)}"`)
    .join(",");
}

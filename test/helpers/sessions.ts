/** A command of a `console` block, and what the document says that it prints. */
export interface Exchange {
  /** As typed, with the lines that a backslash continues. */
  readonly typed: readonly string[];
  readonly command: string;
  readonly output: readonly string[];
}

/** The commands of a `console` block: lines that begin with `$ `, and what stands below each. */
export function exchangesOf(lines: readonly string[]): Exchange[] {
  const exchanges: { typed: string[]; output: string[] }[] = [];
  for (const line of lines) {
    const last = exchanges.at(-1);
    if (line.startsWith("$ ")) exchanges.push({ typed: [line], output: [] });
    else if (last === undefined) throw new Error(`"${line}" stands before the first command`);
    else if (last.output.length === 0 && last.typed.at(-1)?.endsWith("\\")) last.typed.push(line);
    else last.output.push(line);
  }
  return exchanges.map(({ typed, output }) => ({ typed, output, command: commandOf(typed) }));
}

/** The words of a command line if it needs no shell, which is quicker; undefined where it does. */
export function wordsOf(command: string): string[] | undefined {
  const words: string[] = [];
  const word = /\s*(?:((?:[^\s'"\\|<>&;$`*]|'[^']*'|"[^"$`\\]*")+)|(.))/gy;
  for (const [, plain, other] of command.trim().matchAll(word)) {
    if (other !== undefined || plain === undefined) return undefined;
    words.push(plain.replaceAll(/'([^']*)'|"([^"]*)"/g, "$1$2"));
  }
  return words;
}

/** The strictness of a comparison with a document: exact but for times, or of the shape alone. */
export type Strictness = "exact" | "varies";

/**
 * Tells whether a program printed what a document shows. `…` stands for anything in a line, a line of `…` for any
 * lines. Moments and durations are never compared. Where output varies, no numbers, bytes, bars and gaps between
 * columns are.
 */
export function agrees(shown: readonly string[], printed: readonly string[], strictness: Strictness): boolean {
  const pattern = shown.map((line) =>
    line.trim() === "…" ? "(?:.*\n)*?" : `${maskLine(line, strictness).split("…").map(escapeRegExp).join(".*")}\n`,
  );
  const text = printed.map((line) => `${maskLine(line, strictness)}\n`).join("");
  return new RegExp(`^${pattern.join("")}$`).test(text);
}

function maskLine(line: string, strictness: Strictness): string {
  const timed = line
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "MOMENT")
    .replaceAll(/\b\d+(\.\d+)? (ms|s|B\/s)\b/g, "TIME");
  if (strictness === "exact") return timed;
  if (/^[0-9a-f]{4}( {1,2}[0-9a-f]{2})+/.test(line)) return "BYTES";
  return timed
    .replaceAll(/ \d+ skipped /g, "")
    .replaceAll(/\b[0-9a-f]{16,}\b/g, "HEX")
    .replaceAll(/\b[0-9a-f]{2}\b/g, "00")
    .replaceAll(/[▁▂▃▄▅▆▇█▏▎▍▌▋▊▉]+/g, "▁")
    .replaceAll(/\d+(\.\d+)?([kMG](?![a-zA-Z]))?/g, "0")
    .replaceAll(/ +/g, " ")
    .trim();
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function commandOf(typed: readonly string[]): string {
  return typed
    .map((line) => line.replace(/\\$/, "").replace(/^ {4}/, ""))
    .join("")
    .replace(/^\$ /, "");
}

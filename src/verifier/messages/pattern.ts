/**
 * The text that may stand at a place of a message. None can grow without a bound, and none is followed by one that
 * matches the same characters, so a pattern takes time in proportion to the message.
 */
const SLOTS = {
  /** A register or an argument: `R3`, `arg#0`, `arg #2`, `args#0`, `arg0`, `*(R11-8)`. */
  reg: String.raw`R\d{1,3}|args? ?#?\d{1,3}|\*\(R\d{1,3}[+-]\d{1,4}\)`,
  n: String.raw`-?(?:0x[0-9a-f]{1,16}|\d{1,20})`,
  /** One word. */
  word: String.raw`[^\s'"(),]{1,128}`,
  /** The text in quotation marks, or words. */
  name: "[^'\"]{0,128}",
  /** A pair in parentheses: `(0x0; 0xff)`. */
  pair: String.raw`\([^()]{0,80}\)|-?\w{1,20}`,
  any: ".{0,400}",
} as const;

type Slot = keyof typeof SLOTS;

const PLACE = /\{(?:(\w+):)?(reg|n|word|name|pair|any)\}/g;

/**
 * A message's pattern as a regular expression for the whole message. `{reg}`, `{off:n}` are places, with the name by
 * which the reason and the cure call what stood there; all else is literal. `«…»` is a part that some kernels leave
 * out.
 */
export function expressionOf(pattern: string): RegExp {
  let source = "";
  let at = 0;
  for (const place of pattern.matchAll(PLACE)) {
    const [whole, name = place[2], slot] = place;
    source += literal(pattern.slice(at, place.index));
    source += `(?<${name}>${SLOTS[slot as Slot]})`;
    at = place.index + whole.length;
  }
  return new RegExp(`^${source}${literal(pattern.slice(at))}$`);
}

/** `«part»` may be missing. */
function literal(text: string): string {
  return text
    .replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
    .replace(/«/g, "(?:")
    .replace(/»/g, ")?");
}

/** The text with `{name}` replaced by what stood there; a name that isn't among the values stays out. */
export function filled(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "it");
}

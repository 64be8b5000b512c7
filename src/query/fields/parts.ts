import { type QueryText, queryError, type Range } from "./query-error.ts";

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]" };

/** The ranges between commas, without blanks around them. Commas in brackets and quotes don't separate. */
export function splitParts(source: QueryText): Range[] {
  const { text } = source;
  const parts: Range[] = [];
  const open: string[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char === '"') at = quoteEnd(source, at);
    else if (char !== undefined && CLOSING[char] !== undefined) open.push(CLOSING[char]);
    else if (char !== undefined && char === open.at(-1)) open.pop();
    else if (char === undefined || (char === "," && open.length === 0)) {
      parts.push(trimmed(source, { start, end: at }));
      start = at + 1;
    }
  }
  if (open.length > 0)
    throw queryError(source, { start: text.length, end: text.length }, `\`${open.at(-1)}\` is missing`);
  return parts;
}

/** A range without the blanks at its ends. Throws QUERY_INVALID where nothing is left. */
export function trimmed(source: QueryText, { start, end }: Range): Range {
  const part = source.text.slice(start, end);
  const inner = part.trim();
  const from = start + (part.length - part.trimStart().length);
  if (inner === "") throw queryError(source, { start, end }, "something is missing here");
  return { start: from, end: from + inner.length };
}

function quoteEnd(source: QueryText, start: number): number {
  const match = /"(?:[^"\\]|\\.)*"/y;
  match.lastIndex = start;
  const found = match.exec(source.text);
  if (found === null) throw queryError(source, { start, end: source.text.length }, "the string does not end");
  return start + found[0].length - 1;
}

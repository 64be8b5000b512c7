import { cutToWidth, displayWidth, visible } from "./visible.ts";

/** The space between two parts of a line above or below the rows of a screen. */
export const SPACE = "  ";

/** Returns the line of keys, without those that have no room. */
export function keysLine(keys: readonly string[], width: number): string {
  const [first = "", ...others] = keys;
  const line = others.reduce((text, key) => {
    const longer = text + SPACE + key;
    return displayWidth(longer) <= width ? longer : text;
  }, first);
  return cutToWidth(line, width);
}

/** A part of a line, which gives way by its rank as a column does: those with the highest rank first, 0 never. */
export interface LinePart {
  readonly text: string;
  readonly rank: number;
}

/** Returns a line of those parts that have room. What is never left out is cut. */
export function partsLine(parts: readonly LinePart[], width: number): string {
  const kept = [...parts];
  const line = (): string => kept.map(({ text }) => text).join(SPACE);
  while (displayWidth(line()) > width) {
    const last = kept.reduce((worst, one) => (one.rank >= worst.rank ? one : worst), { text: "", rank: 0 });
    if (last.rank === 0) break;
    kept.splice(kept.indexOf(last), 1);
  }
  return cutToWidth(line(), width);
}

/** Returns parts in as few lines as they fit in. */
export function wrappedParts(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = `${lines.at(-1)}${SPACE}${part}`;
    if (lines.length > 0 && displayWidth(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines.map((line) => cutToWidth(line, width));
}

/** The line below the columns to sort by. */
const CHOICE_FOOT = ["sort by which column?", "Escape drops it", "the same again reverses"];

/** Returns the lines of columns to sort by. */
export function choiceLines(choices: readonly string[], width: number): string[] {
  return [...wrappedParts(choices.map(visible), width), keysLine(CHOICE_FOOT, width)];
}

/** Returns the line of a text that is being typed. Of a long one, the end is seen. */
export function promptLine(title: string, text: string, width: number): string {
  const line = `${title}: ${visible(text)}_`;
  if (displayWidth(line) <= width) return line;
  const end = [...visible(text), "_"].slice(-Math.max(1, width - 1));
  while (end.length > 1 && displayWidth(end.join("")) > width - 1) end.shift();
  return cutToWidth(`…${end.join("")}`, width);
}

/** Below this height a screen has no line to spare for the names of columns. */
const LOW = 10;

/**
 * Returns the line of a screen's state with the names of columns that have no room: behind it if all of them fit there,
 * else in a line of their own. A low screen has one line for both.
 */
export function statusLines(
  parts: readonly LinePart[],
  omitted: readonly string[],
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  const line = partsLine(parts, width);
  if (omitted.length === 0) return [line];
  const whole = partsLine(parts, Number.POSITIVE_INFINITY);
  const left = width - displayWidth(whole) - SPACE.length;
  const all = omittedLine(omitted, Number.POSITIVE_INFINITY);
  if (displayWidth(all) <= left) return [whole + SPACE + all];
  if (height >= LOW) return [line, omittedLine(omitted, width)];
  const short = partsLine(parts, Math.floor(width / 2));
  const room = width - displayWidth(short) - SPACE.length;
  return [cutToWidth(short + SPACE + omittedLine(omitted, room), width)];
}

/** Returns the line that names columns without room: as many as it can, and the number of the others. */
export function omittedLine(omitted: readonly string[], width: number): string {
  // A name takes three columns at least.
  const most = Math.min(omitted.length, Math.ceil(width / 3));
  for (let named = most; named > 0; named--) {
    const more = omitted.length - named;
    const line = `no room: ${[...omitted.slice(0, named), ...(more === 0 ? [] : [`+${more}`])].join(", ")}`;
    if (displayWidth(line) <= width) return line;
  }
  return cutToWidth(`no room: +${omitted.length}`, width);
}

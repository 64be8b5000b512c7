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
 * Returns the line of a screen's state with the names of columns that have no room: behind it if all of them fit there, else
 * in a line of their own. A low screen has one line for both.
 */
export function statusLines(
  line: string,
  omitted: readonly string[],
  { width, height }: { readonly width: number; readonly height: number },
): string[] {
  if (omitted.length === 0) return [cutToWidth(line, width)];
  const left = width - displayWidth(line) - SPACE.length;
  const whole = omittedLine(omitted, Number.POSITIVE_INFINITY);
  if (displayWidth(whole) <= left) return [line + SPACE + whole];
  if (height >= LOW) return [cutToWidth(line, width), omittedLine(omitted, width)];
  const named = omittedLine(omitted, Math.max(left, Math.ceil(width / 2)));
  const room = width - displayWidth(named) - SPACE.length;
  return [room < 1 ? named : cutToWidth(line, room) + SPACE + named];
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

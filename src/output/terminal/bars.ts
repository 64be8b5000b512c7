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

/** Adds the names of columns that have no room to a line; their number, where the names have none either. */
export function withOmitted(line: string, omitted: readonly string[], width: number): string {
  if (omitted.length === 0) return line;
  const named = `no room for: ${omitted.join(", ")}`;
  if (displayWidth(line) + SPACE.length + displayWidth(named) <= width) return line + SPACE + named;
  const counted = `-${omitted.length} ${omitted.length === 1 ? "column" : "columns"}`;
  return cutToWidth(line, Math.max(0, width - SPACE.length - counted.length)) + SPACE + counted;
}

/** Returns the line that names columns without room. */
export function omittedLine(omitted: readonly string[], width: number): string {
  return cutToWidth(`no room for: ${omitted.join(", ")}`, width);
}

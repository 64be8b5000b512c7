import { bytesFromText, textFromBytes } from "../../bytes.ts";
import { visible } from "./visible.ts";

/** Colours and bold, which tables of our own use. All but hidden and black. */
const COLOURS = String.raw`\x1b\[(?:0|1|2|22|3[1-79]|9[0-7])?m`;
/** A character that may be more than itself: all but printable ASCII, tabs and new lines. */
const OTHER = "[^\\t\\n -~]";
const FOUND = new RegExp(OTHER, "gu");
const FOUND_OR_COLOUR = new RegExp(`${COLOURS}|${OTHER}`, "gu");

/**
 * Output for a terminal with all spelled out that it would obey or that can't be seen (`\e]0;…`, `\u202e`, `\xff` for a
 * byte that is no UTF-8). bpftool prints names, paths and texts as they are, and where the output goes to a file or a pipe
 * so does ebpf-map. With `colours`, those pass: for output whose other parts have been made visible before. A character
 * that stands half in these bytes and half in the next is spelled out byte by byte.
 */
export function guardTerminal(bytes: Uint8Array, colours: boolean): Uint8Array {
  const raw = textFromBytes(bytes);
  const isColour = (found: string): boolean => found.length > 1 && found[0] === "\u001b";
  const safe = raw.replace(colours ? FOUND_OR_COLOUR : FOUND, (found) => (isColour(found) ? found : visible(found)));
  return safe === raw ? bytes : bytesFromText(safe);
}

import { bytesFromText, textFromBytes } from "../../bytes.ts";
import { visible } from "./visible.ts";

/** The colours and weights that our tables use: reverse too, all but hidden and black. */
const COLOURS = String.raw`\x1b\[(?:0|1|2|7|22|27|3[1-79]|9[0-7])?m`;
/** Characters that may have an effect: all but printable ASCII, tabs and new lines. */
const OTHER = "[^\\t\\n -~]";
const FOUND = new RegExp(OTHER, "gu");
const FOUND_OR_COLOUR = new RegExp(`${COLOURS}|${OTHER}`, "gu");

/**
 * Makes output for a terminal safe: escapes what the terminal would act on and what cannot be seen (`\e]0;…`, `\u202e`,
 * `\xff` for a byte that is not UTF-8). bpftool prints names, paths and texts raw; so does ebpf-map to a file or a
 * pipe. With `colours`, those pass, for output whose other parts are visible already. A character that is split between
 * these bytes and the next is escaped byte by byte.
 */
export function guardTerminal(bytes: Uint8Array, colours: boolean): Uint8Array {
  const raw = textFromBytes(bytes);
  const isColour = (found: string): boolean => found.length > 1 && found[0] === "\u001b";
  const safe = raw.replace(colours ? FOUND_OR_COLOUR : FOUND, (found) => (isColour(found) ? found : visible(found)));
  return safe === raw ? bytes : bytesFromText(safe);
}

import { bytesFromText, textFromBytes } from "../bytes.ts";
import { visible } from "./visible.ts";

/** Colours and bold, which tables of our own use: they can't do more than look odd. All but hidden and black. */
const COLOURS = String.raw`\x1b\[(?:0|1|2|22|3[1-79]|9[0-7])?m`;
/** Colours, or one character; `visible` has its say on all but tabs and new lines. */
const FOUND = new RegExp(`${COLOURS}|[^\\t\\n -~]`, "gu");

/**
 * Output for a terminal with all spelled out that it would obey or that can't be seen (`\e]0;…`, `\u202e`, `\xff` for a
 * byte that is no UTF-8). bpftool prints names, paths and texts as they are, and where the output goes to a file or a pipe
 * so does ebpf-map. A character that stands half in these bytes and half in the next is spelled out byte by byte.
 */
export function guardTerminal(bytes: Uint8Array): Uint8Array {
  const raw = textFromBytes(bytes);
  const safe = raw.replace(FOUND, (found) => (found.length > 1 && found[0] === "\u001b" ? found : visible(found)));
  return safe === raw ? bytes : bytesFromText(safe);
}

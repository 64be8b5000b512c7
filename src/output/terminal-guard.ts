import { textFromBytes } from "../bytes.ts";
import { visible } from "./visible.ts";

/** Colours and bold, which tables of our own use: they can't do more than look odd. All but hidden and black. */
const COLOURS = String.raw`\x1b\[(?:0|1|2|22|3[1-79]|9[0-7])?m`;
/** C0 without tab and new line, DEL, and in UTF-8: C1, marks and overrides of direction. */
const OBEYED = String.raw`[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]`;
const FOUND = new RegExp(`${COLOURS}|${OBEYED}`, "g");

/**
 * Output for a terminal with all spelled out that it would obey (`\e]0;…`). bpftool prints names, paths and texts as
 * they are, and where the output goes to a file or a pipe so does ebpf-map.
 */
export function guardTerminal(bytes: Uint8Array): Uint8Array {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const safe = raw.replace(FOUND, (found) => (found.length > 1 && found[0] === "\u001b" ? found : spelled(found)));
  return safe === raw ? bytes : Buffer.from(safe, "latin1");
}

function spelled(found: string): string {
  return visible(textFromBytes(Buffer.from(found, "latin1")));
}

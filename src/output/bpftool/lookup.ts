import { compileEntryEncoder } from "../../codec/bpftool/entry-encoder.ts";
import { hexLines } from "../../codec/bpftool/hex-lines.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { callError } from "../../reader/read-error.ts";
import { ENOENT } from "../../sys/errno.ts";
import { kernelBuffer } from "../../sys/kernel-buffer.ts";
import { dialectLayouts } from "./dialect-layouts.ts";
import { type DialectOptions, entryErrorText, entryFormat, warnOfInvalidJson } from "./dialect-options.ts";
import { JsonWriter } from "./json-writer.ts";

/**
 * Looks up a key and prints the entry as `bpftool map lookup` does. `key` is null for a queue or stack, of which it
 * prints the next element. For an absent entry it prints what bpftool prints and returns ENOENT; it throws any other
 * errno.
 */
export async function lookupInMap(
  map: MapSource,
  key: Uint8Array | null,
  options: DialectOptions,
  out: OutputBuffer,
): Promise<{ errno: number }> {
  const values = kernelBuffer(map.shape.valueStride);
  const errno = await map.lookup(key, values);
  if (errno === ENOENT) printAbsent(key ?? new Uint8Array(0), options, out);
  else if (errno !== 0) throw callError("look up a key in", map, "lookup", errno);
  else printEntry(map, { keys: key ?? new Uint8Array(0), values }, options, out);
  out.flush();
  return { errno };
}

function printEntry(
  map: MapSource,
  { keys, values }: { keys: Uint8Array; values: Uint8Array },
  options: DialectOptions,
  out: OutputBuffer,
): void {
  const types = dialectLayouts(map, options.dialect);
  const writer = new JsonWriter(out, options.dialect, options.style !== "json");
  if (types.refusal !== undefined) {
    if (options.style === "plain") options.warn(`Error: ${types.refusal}`);
    else writer.open("{").name("error").string(types.refusal).close("}").end();
    return;
  }
  if (types.note !== undefined) options.warn(`Note: ${types.note}`);
  const format = entryFormat(map, options, types.layouts, 0);
  const encoder = compileEntryEncoder(format, out, entryErrorText(map.info.type, options.style));
  encoder.encode({ count: 1, keys, values, errnos: undefined });
  if (options.style !== "plain" || types.layouts !== undefined) writer.end();
  warnOfInvalidJson(map, encoder, options.warn);
}

function printAbsent(key: Uint8Array, { style }: DialectOptions, out: OutputBuffer): void {
  if (style === "plain") out.text(`key:\n${hexLines(key)}\n\nNot found\n`);
  else out.text("null\n");
}

import { hexLines } from "../../codec/bpftool/hex-lines.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { callError } from "../../reader/read-error.ts";
import { ENOENT, errnoName } from "../../sys/errno.ts";
import { kernelBuffer } from "../../sys/kernel-buffer.ts";
import type { DialectOptions } from "./dialect-options.ts";
import { JsonWriter } from "./json-writer.ts";

/**
 * Prints the key behind `key`, or the first one for null, as `bpftool map getnext` does. Throws if there is none or the
 * map has no order of keys.
 */
export async function nextKeyOfMap(
  map: MapSource,
  key: Uint8Array | null,
  { style, dialect }: DialectOptions,
  out: OutputBuffer,
): Promise<void> {
  const buffer = kernelBuffer(map.info.keySize);
  const errno = await map.nextKey(key, buffer);
  if (errno !== 0) throw nextKeyError(map, errno);
  const next = buffer.subarray(0, map.info.keySize);
  if (style === "plain") {
    out.text(`key:${key === null ? " None" : `\n${hexLines(key)}`}\nnext key:\n${hexLines(next)}\n`);
  } else {
    const writer = new JsonWriter(out, dialect, style === "pretty").open("{").name("key");
    if (key === null) writer.raw("null");
    else writer.hexBytes(key);
    writer.name("next_key").hexBytes(next).close("}").end();
  }
  out.flush();
}

function nextKeyError(map: MapSource, errno: number): EbpfMapError {
  if (errno !== ENOENT) return callError("find the next key of", map, "next-key", errno);
  const details = { id: map.info.id, errno, errnoName: errnoName(errno) };
  return new EbpfMapError("KERNEL", `find the next key of ${map.label}: there is none`, details);
}

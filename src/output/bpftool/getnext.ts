import { hexLines } from "../../codec/bpftool/hex-lines.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { kernelBuffer } from "../../reader/walk.ts";
import { ENOENT, errnoName, errnoText } from "../../sys/errno.ts";
import type { DialectOptions } from "./dialect-options.ts";
import { JsonWriter } from "./json-writer.ts";

/**
 * Prints the key behind `key` (null: the first) as `bpftool map getnext` does. Throws where there is none, or where the
 * map has no order of keys.
 */
export async function nextKeyOfMap(
  map: MapSource,
  key: Uint8Array | null,
  { style, dialect }: DialectOptions,
  out: OutputBuffer,
): Promise<void> {
  const buffer = kernelBuffer(map.shape.keySize);
  const errno = await map.nextKey(key, buffer);
  if (errno !== 0) throw nextKeyError(map, errno);
  const next = buffer.subarray(0, map.shape.keySize);
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

function nextKeyError({ label, info }: MapSource, errno: number): EbpfMapError {
  const reason = errno === ENOENT ? "there is none" : errnoText(errno).toLowerCase();
  const details = { id: info.id, errno, errnoName: errnoName(errno) };
  return new EbpfMapError(
    errno === ENOENT ? "KERNEL" : "NOT_READABLE",
    `find the next key of ${label}: ${reason}`,
    details,
  );
}

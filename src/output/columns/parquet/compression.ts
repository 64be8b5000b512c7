import * as zlib from "node:zlib";
import { snappyCompress } from "hyparquet-writer/src/snappy.js";

/** A way to compress pages. */
export interface Compression {
  readonly codec: "ZSTD" | "SNAPPY" | "UNCOMPRESSED";
  readonly compress: (bytes: Uint8Array) => Uint8Array;
}

/** ZSTD_c_compressionLevel. */
const LEVEL = 100;

/** Returns zstd where Node's zlib has it (22.15 and later), else snappy. Every reader of Parquet knows both. */
export function bestCompression(of: object = zlib): Compression {
  const compress: unknown = Reflect.get(of, "zstdCompressSync");
  if (typeof compress !== "function") return { codec: "SNAPPY", compress: snappyCompress };
  return { codec: "ZSTD", compress: (bytes) => compress(bytes, { params: { [LEVEL]: 1 } }) };
}

const NONE: Compression = { codec: "UNCOMPRESSED", compress: (bytes) => bytes };

/** The bytes that a column is judged by, and the part of them that compression must save to be worth its time. */
const SAMPLE_BYTES = 32 * 1024;
const WORTH = 0.95;

/** Returns what pages with such content are compressed by: nothing, where that saves next to nothing. */
export function compressionFor(content: Uint8Array, best: Compression): Compression {
  if (content.length < 2 * SAMPLE_BYTES) return best;
  const start = Math.floor((content.length - SAMPLE_BYTES) / 2);
  const sample = content.subarray(start, start + SAMPLE_BYTES);
  return best.compress(sample).length > sample.length * WORTH ? NONE : best;
}

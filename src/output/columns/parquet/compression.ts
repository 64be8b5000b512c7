import * as zlib from "node:zlib";
import { snappyCompress } from "hyparquet-writer/src/snappy.js";

/** A way to compress pages. */
export interface Compression {
  readonly codec: "ZSTD" | "SNAPPY";
  readonly compress: (bytes: Uint8Array) => Uint8Array;
}

/** ZSTD_c_compressionLevel. */
const LEVEL = 100;

/** Returns zstd where Node has it (22.15 and later), else snappy. Every reader of Parquet knows both. */
export function bestCompression(): Compression {
  const compress: unknown = Reflect.get(zlib, "zstdCompressSync");
  if (typeof compress !== "function") return { codec: "SNAPPY", compress: snappyCompress };
  return { codec: "ZSTD", compress: (bytes) => compress(bytes, { params: { [LEVEL]: 1 } }) };
}

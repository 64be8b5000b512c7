import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bestCompression, compressionFor } from "../../../../../src/output/columns/parquet/compression.ts";

describe("the best compression", () => {
  test("is snappy where zlib has no zstd", () => {
    const { codec, compress } = bestCompression({});
    expect(codec).toBe("SNAPPY");
    expect(compress(new Uint8Array(10_000)).length).toBeLessThan(1000);
  });

  test("is zstd of the fastest level where it has", () => {
    const asked: unknown[] = [];
    const zstdCompressSync = (bytes: Uint8Array, options: unknown): Uint8Array => {
      asked.push(options);
      return bytes.subarray(0, 1);
    };
    const { codec, compress } = bestCompression({ zstdCompressSync });
    expect(codec).toBe("ZSTD");
    expect(compress(Uint8Array.of(7, 8))).toEqual(Uint8Array.of(7));
    expect(asked).toEqual([{ params: { 100: 1 } }]);
  });
});

describe("pages are compressed", () => {
  const best = bestCompression({});

  test("where that makes them shorter", () => {
    expect(compressionFor(new Uint8Array(100_000), best)).toBe(best);
  });

  test("not where it doesn't, as of random bytes", () => {
    const { codec, compress } = compressionFor(randomBytes(100_000), best);
    expect(codec).toBe("UNCOMPRESSED");
    expect(compress(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2));
  });

  test("and where they are too short to try", () => {
    expect(compressionFor(randomBytes(1000), best)).toBe(best);
  });
});

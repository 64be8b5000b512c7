import { describe, expect, it } from "vitest";
import { HEX_JSON, HEX_PAIR, numberWriters } from "../../../../src/codec/text/digit-tables.ts";
import { Random } from "../../../helpers/random.ts";

const bytes = new Uint8Array(64);
const view = new DataView(bytes.buffer);
const writers = numberWriters(view);

function written(write: (p: number) => number): string {
  const end = write(3);
  return Buffer.from(bytes.subarray(3, end)).toString("latin1");
}

const halves = (value: bigint): [lo: number, hi: number] => [
  Number(BigInt.asUintN(32, value)),
  Number(BigInt.asUintN(32, value >> 32n)),
];

/** Where carries, group borders and the ways of dividing change. */
const EDGES: readonly bigint[] = [
  ...Array.from({ length: 20 }, (_, digits) => 10n ** BigInt(digits)).flatMap((n) => [n - 1n, n, n + 1n]),
  ...Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).flatMap((n) => [n - 1n, n, n + 1n]),
  2n ** 53n + 1n,
  2n ** 64n - 1n,
];

describe("decimal and hex text", () => {
  it.each(["u32", "s32", "hex32"] as const)("%s writes what JavaScript writes", (kind) => {
    const random = new Random(7);
    const numbers = [...EDGES.map(Number), ...Array.from({ length: 20_000 }, () => random.u32() >>> random.below(32))];
    for (const number of numbers.filter((n) => n <= 0xffff_ffff)) {
      const value = kind === "s32" ? number | 0 : number >>> 0;
      const expected = kind === "hex32" ? value.toString(16) : String(value);
      expect(written((p) => writers[kind](p, value))).toBe(expected);
    }
  });

  it.each(["u64", "s64", "hex64"] as const)("%s writes what BigInt writes", (kind) => {
    const random = new Random(8);
    const numbers = Array.from({ length: 20_000 }, () => {
      return ((BigInt(random.u32()) << 32n) | BigInt(random.u32())) >> BigInt(random.below(64));
    });
    for (const number of [...EDGES, ...numbers].map((n) => BigInt.asUintN(64, n))) {
      const value = kind === "s64" ? BigInt.asIntN(64, number) : number;
      const [lo, hi] = halves(number);
      expect(written((p) => writers[kind](p, lo, hi))).toBe(value.toString(kind === "hex64" ? 16 : 10));
    }
  });

  it("has each byte as hex, alone and in JSON", () => {
    for (let byte = 0; byte < 256; byte++) {
      const digits = byte.toString(16).padStart(2, "0");
      view.setFloat64(0, HEX_JSON[byte] ?? 0, true);
      expect(Buffer.from(bytes.subarray(0, 8)).toString("latin1")).toBe(`"0x${digits}","`);
      view.setUint16(0, HEX_PAIR[byte] ?? 0, true);
      expect(Buffer.from(bytes.subarray(0, 2)).toString("latin1")).toBe(digits);
    }
  });
});

import { describe, expect, test } from "vitest";
import { bits } from "../../../../src/codec/access/bits.ts";
import { Random } from "../../../helpers/random.ts";

test.each<[hex: string, shift: number, width: number, signed: boolean, expected: number | bigint]>([
  ["ff", 0, 1, false, 1],
  ["ff", 0, 1, true, -1],
  ["80", 7, 1, false, 1],
  ["8001", 7, 2, false, 3],
  ["8001", 7, 2, true, -1],
  ["feffffff01", 1, 32, false, 2 ** 32 - 1],
  ["ffffffffffff1f", 0, 53, false, 2 ** 53 - 1],
  ["ffffffffffffff", 3, 53, true, -1],
  ["ffffffffffff3f", 0, 54, false, 2n ** 54n - 1n],
  [`80${"ff".repeat(8)}`, 7, 64, true, -1n],
  [`80${"00".repeat(15)}01`, 7, 128, false, 1n | (1n << 121n)],
])("%s from bit %i, %i bits, signed %s", (hex, shift, width, signed, expected) => {
  expect(bits(Buffer.from(`55${hex}55`, "hex"), 1, shift, width, signed)).toBe(expected);
});

describe("any bits of random bytes", () => {
  const random = new Random(21);
  const bytes = Uint8Array.from({ length: 40 }, () => random.below(256));
  const all = [...bytes].reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

  test("are those of one large integer", () => {
    for (let round = 0; round < 3000; round++) {
      const [at, shift, width] = [random.below(20), random.below(8), 1 + random.below(128)];
      const signed = random.below(2) === 1;
      const part = all >> BigInt(at * 8 + shift);
      const exact = signed ? BigInt.asIntN(width, part) : BigInt.asUintN(width, part);
      expect(bits(bytes, at, shift, width, signed)).toBe(width > 53 ? exact : Number(exact));
    }
  });
});

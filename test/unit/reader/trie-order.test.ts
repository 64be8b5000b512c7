import fc from "fast-check";
import { expect, test } from "vitest";
import { comesBefore } from "../../../src/reader/trie-order.ts";
import { trieKey } from "../../helpers/trie-key.ts";

const KEY_SIZE = 8;

const before = (a: Uint8Array, b: Uint8Array): boolean => comesBefore(a, 0, b, 0, KEY_SIZE);

test.each<[a: [bits: number, data: number[]], b: [bits: number, data: number[]], expected: boolean]>([
  [[32, [10, 0, 0, 1]], [32, [10, 0, 0, 2]], true],
  [[32, [10, 0, 0, 2]], [32, [10, 0, 0, 1]], false],
  [[32, [10, 0, 0, 1]], [32, [10, 0, 0, 1]], false],
  // A prefix comes behind all that lies in it, and before what lies behind it.
  [[8, [10, 0, 0, 0]], [32, [10, 255, 0, 1]], false],
  [[32, [10, 255, 0, 1]], [8, [10, 0, 0, 0]], true],
  [[8, [10, 0, 0, 0]], [32, [11, 0, 0, 1]], true],
  // The same prefix, whatever stands behind its bits.
  [[8, [10, 1, 2, 3]], [8, [10, 3, 2, 1]], false],
  [[8, [10, 3, 2, 1]], [8, [10, 1, 2, 3]], false],
  // Bits that differ behind the shorter prefix in the same byte don't count.
  [[4, [0xaf, 0, 0, 0]], [8, [0xa0, 0, 0, 0]], false],
  [[8, [0xa0, 0, 0, 0]], [4, [0xaf, 0, 0, 0]], true],
  [[5, [0x80, 0, 0, 0]], [5, [0x88, 0, 0, 0]], true],
  [[0, [0, 0, 0, 0]], [1, [0x80, 0, 0, 0]], false],
  // A length that no key has is no reason to look behind the key.
  [[0xffff_ffff, [1, 2, 3, 4]], [0xffff_ffff, [1, 2, 3, 5]], true],
  [[0xffff_ffff, [1, 2, 3, 4]], [32, [1, 2, 3, 4]], true],
])("%j before %j: %s", (a, b, expected) => {
  expect(before(trieKey(...a), trieKey(...b))).toBe(expected);
});

test("is the order of bits, in which the end comes behind both 0 and 1", () => {
  const prefix = fc.tuple(
    fc.integer({ min: 0, max: 32 }),
    fc.array(fc.constantFrom(0, 1, 128, 129, 255), { minLength: 4, maxLength: 4 }),
  );
  const spelled = ([bits, data]: readonly [number, readonly number[]]): string =>
    `${data
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join("")
      .slice(0, bits)}2`;
  fc.assert(
    fc.property(prefix, prefix, (a, b) => {
      expect(before(trieKey(...a), trieKey(...b))).toBe(spelled(a) < spelled(b));
    }),
    { numRuns: 2000 },
  );
});

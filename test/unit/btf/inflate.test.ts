import { expect, test } from "vitest";
import { inflateType } from "../../../src/btf/inflate.ts";
import { StringTable } from "../../../src/btf/string-table.ts";
import { bytesFromText } from "../../../src/bytes.ts";

/** A record of these words in either byte order, with strings "\0ab\0". */
function inflated(words: readonly number[], littleEndian = true): unknown {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => {
    view.setUint32(4 * i, word, littleEndian);
  });
  const strings = new StringTable(bytesFromText("\0ab\0"), undefined);
  return inflateType({ view, littleEndian, strings, what: "BTF" }, 5, 0);
}

test.each([true, false])("words in their byte order, littleEndian %j", (order) => {
  expect(inflated([1, 0x0100_0000, 4, 0x0102_0310], order)).toEqual({
    kind: "int",
    name: "ab",
    size: 4,
    encoding: 1,
    offset: 2,
    bits: 16,
  });
  expect(inflated([1, 0x8400_0001, 4, 1, 9, 0x0500_0003], order)).toEqual({
    kind: "struct",
    name: "ab",
    size: 4,
    members: [{ name: "ab", type: 9, bitOffset: 3, bitfieldSize: 5 }],
  });
  // The low half of a 64-bit value comes first in either order.
  expect(inflated([1, 0x1300_0001, 8, 1, 7, 1], order)).toMatchObject({
    values: [{ name: "ab", value: 2n ** 32n + 7n }],
  });
});

test("a kind that isn't known stays so, a name outside of the strings is refused", () => {
  expect(inflated([1, 0x1900_0000, 4])).toEqual({ kind: "unknown", number: 25 });
  expect(() => inflated([9, 0x0200_0000, 4])).toThrow(
    "read BTF: type 5 at byte 0: no name at string offset 9 of 4 (outside, not terminated or too long)",
  );
});

import { expect, test } from "vitest";
import { parseBtfHeader } from "../../../src/btf/header.ts";
import { recordSizes } from "../../../src/btf/record-sizes.ts";
import { indexTypes } from "../../../src/btf/type-index.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

function index(build: (btf: BtfBuilder) => void, firstId = 1) {
  const btf = new BtfBuilder();
  build(btf);
  const bytes = btf.build();
  return indexTypes(bytes, parseBtfHeader(bytes, "BTF"), recordSizes(new Uint8Array(0)), { what: "BTF", firstId });
}

test("each record begins behind the one before it", () => {
  const { offsets, kinds, stoppedBy } = index((b) => {
    b.signed("int", 4);
    b.struct("s", 8, [
      { name: "a", type: 1, bitOffset: 0 },
      { name: "b", type: 1, bitOffset: 32 },
    ]);
    b.ptr(0);
  });
  expect(Array.from(offsets)).toEqual([24, 40, 76]);
  expect(kinds).toEqual([1, 2, 4]);
  expect(stoppedBy).toBeUndefined();
});

test("a kind of unknown length ends the index with its record", () => {
  const { offsets, kinds, stoppedBy } = index((b) => {
    b.raw([0, 25 * 2 ** 24, 0]);
    b.ptr(0);
  });
  expect([Array.from(offsets), kinds, stoppedBy]).toEqual([[24], [25], 25]);
});

test("a record that reaches behind the section is refused with its id and place", () => {
  expect(() => index((b) => b.raw([0, 4 * 2 ** 24 + 5, 8]), 7)).toThrow(
    "read BTF: type 7 at byte 24: a record of kind 4 with vlen 5 needs 72 bytes, 12 are left",
  );
  expect(() => index((b) => b.raw([0, 2 * 2 ** 24]))).toThrow("type 1 at byte 24: a record needs 12 bytes, 8 are left");
});

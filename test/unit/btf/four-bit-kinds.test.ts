import { expect, test } from "vitest";
import { readableWithFourBitKinds, withFourBitKinds } from "../../../src/btf/four-bit-kinds.ts";
import { parseBtfHeader } from "../../../src/btf/header.ts";
import { parseBtf } from "../../../src/btf/parse.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

const ROWS: readonly [string, boolean, (btf: BtfBuilder) => number][] = [
  ["types of its time", true, (b) => b.struct("s", 4, [{ name: "a", type: b.signed("int", 4), bitOffset: 0 }])],
  ["a float is kind 0", false, (b) => b.float("double", 8)],
  ["a declaration tag is as long as an int", true, (b) => b.declTag("t", b.signed("int", 4))],
  ["a type tag is as long as a pointer", true, (b) => b.typeTag("t", b.signed("int", 4))],
  ["an enum64 of one value is as long as an array", true, (b) => b.enum64("e", [["A", 1n]])],
  [
    "an enum64 of two is not",
    false,
    (b) =>
      b.enum64("e", [
        ["A", 1n],
        ["B", 2n],
      ]),
  ],
];

test.each(ROWS)("to a reader of four bits %s: %j", (_, readable, build) => {
  const btf = new BtfBuilder();
  build(btf);
  const bytes = btf.build();
  expect(readableWithFourBitKinds(bytes, parseBtfHeader(bytes, "BTF"))).toBe(readable);
  expect(parseBtf(bytes).fourBitKinds).toBe(readable);
});

test("such a reader takes a type tag for a pointer and an enum64 for an array of nothing", () => {
  const btf = new BtfBuilder();
  const int = btf.signed("int", 4);
  const [tag, wide] = [btf.typeTag("user", int), btf.enum64("e", [["A", 1n]])];
  const types = withFourBitKinds(parseBtf(btf.build()));
  expect(types.type(tag)).toEqual({ kind: "ptr", type: int });
  expect(types.type(wide)).toEqual({ kind: "array", type: 0, indexType: 0, nelems: 0 });
  expect(types.type(int)).toMatchObject({ kind: "int", name: "int" });
});

import { expect, test } from "vitest";
import type { Operand } from "../../../../src/codec/access/operand.ts";
import { decimalCall, enumWordArguments, wordArguments } from "../../../../src/codec/text/number-code.ts";
import type { EnumLayout } from "../../../../src/schema/layout.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

const OPERAND: Operand = { bytes: "x", view: "d", base: "a", offset: 2 };

/** Runs the source of arguments on bytes at offset 2. */
function run(source: string, hex: string): unknown {
  const bytes = Buffer.from(`eeee${hex}eeee`, "hex");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return new Function("x", "d", "a", `"use strict"; return [${source}];`)(bytes, view, 0);
}

test.each([
  [8, false, "u32(@, x[a + 2])"],
  [8, true, "s32(@, (x[a + 2] << 24 >> 24))"],
  [16, true, "s32(@, d.getInt16(a + 2, true))"],
  [32, false, "u32(@, d.getUint32(a + 2, true))"],
  [64, false, "u64(@, d.getUint32(a + 2, true), d.getUint32(a + 6, true))"],
  [64, true, "s64(@, d.getUint32(a + 2, true), d.getUint32(a + 6, true))"],
])("%i bits, signed %s", (bits, signed, source) => {
  expect(decimalCall(OPERAND, bits, signed)).toBe(source);
});

test("64 bits are their low and their high word", () => {
  expect(run(wordArguments(OPERAND), "0100000002000080")).toEqual([1, 0x8000_0002]);
});

test.each<[size: number, signed: boolean, hex: string, words: readonly number[]]>([
  [8, true, "feffffffffffffff", [0xffff_fffe, 0xffff_ffff]],
  [4, true, "feffffff", [0xffff_fffe, 0xffff_ffff]],
  [4, false, "feffffff", [0xffff_fffe, 0]],
  [2, true, "feff", [0xffff_fffe, 0xffff_ffff]],
  [2, false, "feff", [0xfffe, 0]],
  [1, true, "7f", [0x7f, 0]],
])("an ENUM64 of %i bytes, signed %s: %s", (size, signed, hex, words) => {
  const layout: EnumLayout = { ...(declared("enum { A }") as EnumLayout), wide: true, size, signed };
  expect(run(enumWordArguments(layout, OPERAND), hex)).toEqual(words);
});

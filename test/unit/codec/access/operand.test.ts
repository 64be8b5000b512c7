import { expect, test } from "vitest";
import { address, type Operand, shifted } from "../../../../src/codec/access/operand.ts";

const at = (offset: number): Operand => ({ bytes: "x", view: "d", base: "a", offset });

test.each([
  [0, 0, "a"],
  [3, 0, "a + 3"],
  [3, 5, "a + 8"],
  [-2, 2, "a"],
])("an address at %i, %i further", (offset, more, source) => {
  expect(address(at(offset), more)).toBe(source);
});

test.each([
  [0, 1],
  [7, 1],
  [8, 2],
  [23, 3],
])("%i bits further is byte %i", (bits, offset) => {
  expect(shifted(at(1), bits)).toEqual(at(offset));
});

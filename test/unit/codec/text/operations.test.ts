import { expect, test } from "vitest";
import { bitsOf, bitsOperand, OPERATIONS, operationOf } from "../../../../src/codec/text/operations.ts";
import * as Op from "../../../../src/codec/text/ops.ts";

test("an operation is found by its code, and any other number is refused", () => {
  expect(operationOf(Op.U64)).toEqual({ name: "U64", reads: 8, a: "none", b: "none" });
  expect(operationOf(Op.STRING)).toMatchObject({ reads: "length", a: "length", b: "way" });
  expect(OPERATIONS.map((_, code) => operationOf(code).name)).toEqual(OPERATIONS.map(({ name }) => name));
  const codes = new Map<string, number>(Object.entries(Op));
  expect(OPERATIONS.map(({ name }) => codes.get(name))).toEqual(OPERATIONS.map((_, code) => code));
  for (const code of [-1, OPERATIONS.length, 0.5])
    expect(() => operationOf(code)).toThrow(`operation ${code} is not known`);
});

test("bits as an operand", () => {
  for (const first of [0, 1, 7]) {
    for (const width of [1, 8, 63, 64, 128]) {
      for (const signed of [false, true])
        expect(bitsOf(bitsOperand(first, width, signed))).toEqual({ first, width, signed });
    }
  }
});

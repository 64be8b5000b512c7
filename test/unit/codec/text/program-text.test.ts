import { expect, test } from "vitest";
import { bitsOperand } from "../../../../src/codec/text/operations.ts";
import * as Op from "../../../../src/codec/text/ops.ts";
import { ProgramWriter } from "../../../../src/codec/text/program.ts";
import { disassembly } from "../../../../src/codec/text/program-text.ts";

test("a program is shown one operation a line", () => {
  const writer = new ProgramWriter();
  const code = writer.routine();
  const value = { slot: 1, offset: 4, end: 16 };
  code.literal('{"a":');
  code.loop(value, 2, 3, 4);
  const top = code.here();
  code.op(Op.DECIMAL, { slot: 2, offset: 0, end: 4 }, bitsOperand(3, 5, true));
  code.next(Op.NEXT, 2, 4, top);
  code.op(Op.ENUM_U8, value, writer.table([{ value: 1n, name: Buffer.from('"A"') }]));
  code.literal("\u001b}");
  code.op(Op.END);
  expect(disassembly(writer.link())).toBe(`program: 176 bytes, 112 of operations, 0 notes
    0  LOOP           slot 1 + 4   slot 2, 3 times              "{\\"a\\":"
   32  DECIMAL        slot 2 + 0   signed bits 3 to 7
   48  NEXT           + 4          slot 2, back to 32
   64  ENUM_U8        slot 1 + 4   table at 112
   80  END                                                      "\\u001b}"`);
});

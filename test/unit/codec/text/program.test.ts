import { expect, test } from "vitest";
import * as Op from "../../../../src/codec/text/ops.ts";
import { ProgramWriter, type Routine } from "../../../../src/codec/text/program.ts";

const refused = (message: string) => expect.objectContaining({ code: "LAYOUT_INVALID", message });

test.each<[string, (code: Routine) => void]>([
  ["8 bytes at 12", (code) => void code.op(Op.U64, { slot: 1, offset: 12, end: 16 })],
  ["17 bytes at 0", (code) => void code.op(Op.HEX_JSON, { slot: 1, offset: 0, end: 16 }, 17)],
  ["9 bytes at 8", (code) => void code.op(Op.HEX, { slot: 1, offset: 8, end: 16 }, 1 | (64 << 8))],
  ["20 bytes at 0", (code) => code.loop({ slot: 1, offset: 0, end: 16 }, 2, 5, 4)],
])("an operation that reads %s of 16 is refused", (bytes, emit) => {
  const why = `print a value: a part of it, ${bytes}, is outside its 16 bytes`;
  expect(() => emit(new ProgramWriter().routine())).toThrow(refused(why));
});

test("functions that nest too deep for the slots are refused", () => {
  const writer = new ProgramWriter();
  const place = { slot: 0, offset: 0, end: 1 };
  let inner = writer.routine();
  const nest = (): void => {
    for (let depth = 0; depth < 600; depth++) {
      const outer = writer.routine();
      outer.call(inner, place, 1, 1);
      inner = outer;
    }
  };
  expect(nest).toThrow(refused("print a value: it nests too deep: its slots need more than 8192 bytes"));
});

test("slots that an operation can't name are refused", () => {
  const code = new ProgramWriter().routine();
  expect(() => code.loop({ slot: 1, offset: 0, end: 16 }, 256, 1, 1)).toThrow(
    refused("print a value: it nests too deep: its slots need more than 8192 bytes"),
  );
});

test("names that would fill the memory are refused", () => {
  const writer = new ProgramWriter();
  const code = writer.routine();
  const name = "n".repeat(65_535);
  const fill = (): void => {
    for (let i = 0; i < 2000; i++) code.literal(name);
  };
  expect(fill).toThrow(refused("print a value: its names need more than 64 MiB"));
});

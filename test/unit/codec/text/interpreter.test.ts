import { expect, test } from "vitest";
import { Interpreter } from "../../../../src/codec/text/interpreter.ts";
import * as Op from "../../../../src/codec/text/ops.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { ProgramWriter, type Routine } from "../../../../src/codec/text/program.ts";

const VALUE = { slot: 1, offset: 0, end: 16 };

/** What a program writes of a value of 16 bytes, in an output that is flushed again and again. */
function printed(emit: (code: Routine, writer: ProgramWriter) => void, value: readonly number[]): string {
  const writer = new ProgramWriter();
  const code = writer.routine();
  emit(code, writer);
  code.op(Op.END);
  const { image } = writer.link();
  const memory = new Uint8Array(4096);
  memory.set(image, 64);
  memory.set(value, 2048);
  let text = "";
  const out = new OutputBuffer(
    (bytes) => {
      text += Buffer.from(bytes).toString();
    },
    { capacity: 16 },
  );
  const interpreter = new Interpreter(memory, out, (renderer, address) => `[${renderer}:${memory[address]}]`);
  interpreter.run(64, { key: 0, value: 2048, cpu: 3, index: 0, cpus: 0 });
  out.flush();
  return text;
}

test("numbers of every size and sign", () => {
  const numbers = (code: Routine): void => {
    for (const op of [Op.U8, Op.S8, Op.U16, Op.S16, Op.U32, Op.S32, Op.U64, Op.S64]) {
      code.op(op, VALUE);
      code.literal(" ");
    }
  };
  expect(printed(numbers, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])).toBe(
    "255 -1 65535 -1 4294967295 -1 18446744073709551615 -1 ",
  );
});

test("a loop runs as often as it says, with commas between its turns", () => {
  const loop = (code: Routine): void => {
    code.loop(VALUE, 2, 4, 1);
    const top = code.here();
    code.op(Op.U8, { slot: 2, offset: 0, end: 1 });
    code.literal(";");
    code.next(Op.NEXT, 2, 1, top);
  };
  expect(printed(loop, [1, 2, 3, 4, 5])).toBe("1;,2;,3;,4;");
});

test("a renderer is told its number and the address of its field", () => {
  const render = (code: Routine): void => void code.op(Op.RENDER, { ...VALUE, offset: 2 }, 5);
  expect(printed(render, [1, 2, 3])).toBe("[5:3]");
});

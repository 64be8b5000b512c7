import { expect, test } from "vitest";
import {
  ENGINE_BYTES,
  EngineMachine,
  InterpreterMachine,
  type Machine,
  type MachineHost,
  openMachine,
} from "../../../../src/codec/text/machine.ts";
import * as Op from "../../../../src/codec/text/ops.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { ProgramWriter } from "../../../../src/codec/text/program.ts";

const HOST: MachineHost = { render: (renderer) => `r${renderer}` };
const [PROGRAM, VALUES, LIST] = [ENGINE_BYTES, ENGINE_BYTES + 4096, ENGINE_BYTES + 8192];

/** A machine with a program in it that writes a byte of a value and a renderer's text, and the text so far. */
function loaded(open: typeof openMachine, capacity: number): { machine: Machine; text: () => string } {
  const writer = new ProgramWriter();
  const code = writer.routine();
  const value = { slot: 1, offset: 0, end: 8 };
  code.op(Op.U8, value);
  code.literal(":");
  code.op(Op.RENDER, value, 4);
  code.literal(" ");
  code.op(Op.ROW_CPU);
  code.op(Op.END);
  let text = "";
  const out = new OutputBuffer(
    (bytes) => {
      text += Buffer.from(bytes).toString();
    },
    { capacity },
  );
  const machine = open(ENGINE_BYTES + 16_384, out, HOST);
  machine.memory.set(writer.link().image, PROGRAM);
  machine.memory.set([7, 0, 0, 0, 0, 0, 0, 0, 8], VALUES);
  const shown = (): string => {
    out.flush();
    return text;
  };
  return { machine, text: shown };
}

const interpreted: typeof openMachine = (bytes, out, host) => new InterpreterMachine(bytes, out, host);

test.each([
  ["WebAssembly", openMachine],
  ["an interpreter", interpreted],
] as const)("%s writes entries and rows, whatever room the output has", (_, open) => {
  for (const capacity of [16, 4096]) {
    const { machine, text } = loaded(open, capacity);
    const sizes = { program: PROGRAM, keySize: 0, valueSize: 8 };
    machine.entries({ ...sizes, key: VALUES, value: VALUES, count: 2, listed: true, first: true });
    const list = new Uint32Array(8);
    list.set([VALUES, VALUES + 8, 5, 0, VALUES, VALUES, 6, 1]);
    machine.memory.set(new Uint8Array(list.buffer), LIST);
    machine.rows({ ...sizes, list: LIST, cpus: 0, count: 2, listed: true, first: false });
    expect(text()).toBe("7:r4 0,8:r4 0,8:r4 5,7:r4 6");
  }
});

test("there is an interpreter where no address space is large enough, else WebAssembly", () => {
  const out = (): OutputBuffer => new OutputBuffer(() => undefined);
  expect(openMachine(1 << 16, out(), HOST)).toBeInstanceOf(EngineMachine);
  const huge = { ...out(), limit: 2 ** 33 };
  expect(openMachine(16, huge as OutputBuffer, HOST)).toBeInstanceOf(InterpreterMachine);
});

import { describe, expect, test } from "vitest";
import { InterpreterMachine, openMachine } from "../../../../src/codec/text/machine.ts";
import * as Op from "../../../../src/codec/text/ops.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { ProgramWriter } from "../../../../src/codec/text/program.ts";
import { TextEngine } from "../../../../src/codec/text/text-engine.ts";

const SIZES = { keySize: 4, valueStride: 4 };

/** An engine, and a function that prints the values of a batch of two entries. */
function numberEngine(open: typeof openMachine) {
  let text = "";
  const out = new OutputBuffer((bytes) => {
    text += Buffer.from(bytes).toString();
  });
  const engine = new TextEngine(out, open);
  const writer = new ProgramWriter();
  const code = writer.routine();
  code.op(Op.U32, { slot: 1, offset: 0, end: 4 });
  code.op(Op.END);
  const program = writer.link();
  const print = (batch: { keys: Uint8Array; values: Uint8Array }): string => {
    text = "";
    engine.entries(program, batch, SIZES, 0, 2, { listed: true, first: true });
    out.flush();
    return text;
  };
  return { engine, print };
}

describe.each<[string, typeof openMachine]>([
  ["of the engine", openMachine],
  ["of the interpreter", (bytes, out, host) => new InterpreterMachine(bytes, out, host)],
])("memory for batches %s", (_, open) => {
  test("has two pairs of buffers a read, which don't overlap, and gives them to the next read again", () => {
    const { engine } = numberEngine(open);
    const pairsOf = () => {
      const memory = engine.batchMemory();
      return [memory.buffers(100, 300), memory.buffers(100, 300)].flatMap(({ keys, values }) => [keys, values]);
    };
    const places = pairsOf().map(({ buffer, byteOffset, length }) => ({
      buffer,
      byteOffset,
      end: byteOffset + length,
    }));
    for (const [i, { byteOffset }] of places.entries())
      expect(byteOffset).toBeGreaterThanOrEqual(places[i - 1]?.end ?? 0);
    expect(new Set(places.map(({ buffer }) => buffer)).size).toBe(1);
    expect(
      pairsOf().map(({ buffer, byteOffset, length }) => ({ buffer, byteOffset, end: byteOffset + length })),
    ).toEqual(places);
  });

  test("that is abandoned is given to no other read, and what is written there is not printed", () => {
    const { engine, print } = numberEngine(open);
    const memory = engine.batchMemory();
    const left = memory.buffers(8, 8);
    left.values.set([1, 0, 0, 0, 2, 0, 0, 0]);
    expect(print(left)).toBe("1,2");
    memory.abandon();
    const next = engine.batchMemory().buffers(8, 8);
    expect(next.keys.buffer).not.toBe(left.keys.buffer);
    next.values.set([3, 0, 0, 0, 4, 0, 0, 0]);
    left.values.fill(9);
    expect(print(next)).toBe("3,4");
    expect(engine.batchMemory().buffers(8, 8).keys.buffer).toBe(next.keys.buffer);
  });

  test("stays whole where a batch needs more room than there is", () => {
    const { engine, print } = numberEngine(open);
    const memory = engine.batchMemory();
    const small = memory.buffers(8, 8);
    small.values.set([5, 0, 0, 0, 6, 0, 0, 0]);
    memory.buffers(8, 8);
    memory.buffers(1 << 20, 1 << 22);
    expect(print(small)).toBe("5,6");
  });
});

import { expect, test } from "vitest";
import * as Op from "../../../../src/codec/text/ops.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { ProgramWriter } from "../../../../src/codec/text/program.ts";
import { RowPrinter } from "../../../../src/codec/text/row-printer.ts";
import { textEngine } from "../../../../src/codec/text/text-engine.ts";

test("writes one row, and rows of a batch in the engine's own memory", () => {
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes)));
  const writer = new ProgramWriter();
  const code = writer.routine();
  code.op(Op.U8, { slot: 0, offset: 0, end: 1 });
  code.literal("=");
  code.op(Op.U16, { slot: 1, offset: 0, end: 2 });
  code.literal(";");
  code.op(Op.END);
  const shape = { keySize: 1, valueSize: 2, cpus: 0, valueStride: 2 };
  const printer = new RowPrinter(writer.link(), textEngine(out), shape);
  const entry = { keys: Uint8Array.of(1, 2), values: Uint8Array.of(3, 0, 4, 1) };
  printer.print(entry, { key: 1, value: 2, cpu: 0, index: 0 });
  const { keys, values } = printer.batchMemory().buffers(8, 8);
  keys.set([7, 8]);
  values.set([9, 0, 10, 0]);
  const place = (row: number, to: { key: number; value: number }): void => {
    to.key = 1 - row;
    to.value = 2 - 2 * row;
  };
  printer.printAll({ keys, values, count: 2 }, { count: 2, valueSize: 2, place }, { listed: true, first: true });
  out.flush();
  expect(Buffer.concat(parts).toString()).toBe("2=260;8=10;,7=9;");
});

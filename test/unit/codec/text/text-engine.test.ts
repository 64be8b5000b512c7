import { describe, expect, test } from "vitest";
import { InterpreterMachine, openMachine } from "../../../../src/codec/text/machine.ts";
import * as Op from "../../../../src/codec/text/ops.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { type Program, ProgramWriter } from "../../../../src/codec/text/program.ts";
import { ROWS_PER_CALL, type RowList, TextEngine, textEngine } from "../../../../src/codec/text/text-engine.ts";

/** A program that writes the first four bytes of key and value, and a word. */
function program(word = ""): Program {
  const writer = new ProgramWriter();
  const code = writer.routine();
  code.op(Op.U32, { slot: 0, offset: 0, end: 4 });
  code.literal("=");
  code.op(Op.U32, { slot: 1, offset: 0, end: 8 });
  code.literal(`${word};`);
  code.op(Op.END);
  return writer.link();
}

/** Entries whose keys are their numbers, and whose values are ten times those. */
function batch(count: number): { keys: Uint8Array; values: Uint8Array; count: number } {
  const [keys, values] = [Buffer.alloc(count * 4), Buffer.alloc(count * 8)];
  for (let i = 0; i < count; i++) {
    keys.writeUInt32LE(i, i * 4);
    values.writeUInt32LE(i * 10, i * 8);
  }
  return { keys: new Uint8Array(keys), values: new Uint8Array(values), count };
}

const SIZES = { keySize: 4, valueStride: 8 };
const PLAIN = { listed: false, first: true };

function collected(): { out: OutputBuffer; text: () => string } {
  const parts: string[] = [];
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes).toString()), { capacity: 64 });
  const text = (): string => {
    out.flush();
    return parts.join("");
  };
  return { out, text };
}

/** Rows that follow each other, from one on. */
function inOrder(from: number): RowList["place"] {
  return (row, to) => {
    to.key = (from + row) * 4;
    to.value = (from + row) * 8;
  };
}

function line(from: number, count: number, word = ""): string {
  return Array.from({ length: count }, (_, i) => `${from + i}=${(from + i) * 10}${word};`).join("");
}

describe.each([
  ["WebAssembly", openMachine],
  ["the interpreter", ((...args) => new InterpreterMachine(...args)) as typeof openMachine],
] as const)("by %s", (_, open) => {
  test("entries from one on", () => {
    const { out, text } = collected();
    new TextEngine(out, open).entries(program(), batch(10), SIZES, 3, 4, PLAIN);
    expect(text()).toBe(line(3, 4));
  });

  test("more entries than are copied at once", () => {
    const { out, text } = collected();
    const count = 60_000;
    new TextEngine(out, open).entries(program(), batch(count), SIZES, 0, count, PLAIN);
    expect(text()).toBe(line(0, count));
  });

  test("rows in any order, more than one call takes, with commas between them", () => {
    const { out, text } = collected();
    const count = ROWS_PER_CALL + 2;
    const place = (row: number, to: { key: number; value: number }): void => {
      to.key = (count - 1 - row) * 4;
      to.value = (count - 1 - row) * 8;
    };
    new TextEngine(out, open).rows(
      program(),
      batch(count),
      SIZES,
      { count, valueSize: 8, place },
      { listed: true, first: true },
    );
    const shown = text().split(",");
    expect([shown.length, shown[0], shown.at(-1)]).toEqual([count, `${count - 1}=${(count - 1) * 10};`, "0=0;"]);
  });

  test("rows of a batch that is too large to be copied, more than one call takes", () => {
    const { out, text } = collected();
    const [count, wanted] = [60_000, ROWS_PER_CALL + 5];
    const place: RowList["place"] = (row, to) => {
      to.key = (count - 1 - 3 * row) * 4;
      to.value = (count - 1 - 3 * row) * 8;
    };
    const rows = { count: wanted, valueSize: 8, place };
    new TextEngine(out, open).rows(program(), batch(count), SIZES, rows, { listed: true, first: true });
    const expected = Array.from({ length: wanted }, (_, row) => line(count - 1 - 3 * row, 1));
    expect(text()).toBe(expected.join(","));
  });

  test("of a batch with few rows only those are copied, time and again", () => {
    const { out, text } = collected();
    let copied = 0;
    const counting: typeof openMachine = (...args) => {
      const machine = open(...args);
      machine.memory.set = (bytes, at) => {
        copied += bytes.length;
        Uint8Array.prototype.set.call(machine.memory, bytes, at);
      };
      return machine;
    };
    const engine = new TextEngine(out, counting);
    const [one, many] = [program(), batch(4000)];
    engine.rows(one, many, SIZES, { count: 4000, valueSize: 8, place: inOrder(0) }, PLAIN);
    const before = copied;
    for (let i = 0; i < 10; i++)
      engine.rows(one, many, SIZES, { count: 5, valueSize: 8, place: inOrder(300 * i) }, PLAIN);
    expect(copied - before).toBe(10 * 5 * 12);
    expect(text()).toBe(line(0, 4000) + Array.from({ length: 10 }, (_, i) => line(300 * i, 5)).join(""));
  });

  test("programs that need more memory, and those before them again", () => {
    const { out, text } = collected();
    const engine = new TextEngine(out, open);
    const large = program("w".repeat(200_000));
    const small = program();
    for (const one of [small, large, small]) engine.entries(one, batch(2), SIZES, 1, 1, PLAIN);
    expect(text()).toBe(`1=10;1=10${"w".repeat(200_000)};1=10;`);
  });
});

test("an output has one engine", () => {
  const [{ out }, other] = [collected(), collected()];
  expect(textEngine(out)).toBe(textEngine(out));
  expect(textEngine(other.out)).not.toBe(textEngine(out));
});

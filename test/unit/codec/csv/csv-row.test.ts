import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { csvCell } from "../../../../src/codec/csv/csv-cell.ts";
import { compileCsvRow } from "../../../../src/codec/csv/csv-row.ts";
import type { JsonOptions } from "../../../../src/codec/json/json-options.ts";
import type { Render } from "../../../../src/codec/json/json-program.ts";
import type { RowColumn } from "../../../../src/codec/json/json-row.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { ShownText, type TextMode } from "../../../../src/codec/text/shown-text.ts";
import { type Cell, type CellOptions, compileCell, fieldText } from "../../../../src/output/rows/cells.ts";
import { leafColumns } from "../../../../src/query/fields/columns.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";
import { Random } from "../../../helpers/random.ts";
import { RandomTypes, randomSize } from "../../../helpers/random-types.ts";
import { randomValue } from "../../../helpers/random-values.ts";

const DIGITS: JsonOptions = { int64: "digits", enums: "name" };
const NO_RENDERER: Render = () => undefined;
const ROWS = 3;

/** What the texts of rows depend on. */
interface Look {
  readonly json: JsonOptions;
  readonly render: Render;
  readonly mode: TextMode;
  readonly capacity: number;
}

/** The columns of values of a type, as `-o csv` has them. */
function columnsOf(layout: Layout): RowColumn[] {
  const entryTypes = { key: undefined, value: layout, untyped: undefined };
  return [...leafColumns({ entryTypes, cpu: false }, { elements: 8 }), { name: "i", source: { kind: "index" } }];
}

/** The lines of values, side by side, that the text engine writes, and how many of their texts lost bytes. */
function written(layout: Layout, values: Uint8Array, { json, render, mode, capacity }: Look) {
  const parts: Buffer[] = [];
  const shown = new ShownText(mode);
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes)), { capacity, shown });
  const { size } = layout;
  const shape = { keySize: 0, valueSize: size, cpus: 0, valueStride: size };
  const options: CellOptions = { json, render, shown };
  const text: Parameters<typeof compileCsvRow>[0]["text"] = (field) => fieldText(field, options);
  const row = compileCsvRow({ columns: columnsOf(layout), shape, options: json, render, text }, out);
  const count = values.length / Math.max(1, size);
  const place = (i: number, to: { value: number; index: number }): void => {
    to.value = i * size;
    to.index = i;
  };
  row.printAll(
    { keys: new Uint8Array(0), values, count },
    { count, valueSize: size, place },
    { listed: false, first: true },
  );
  out.flush();
  return { text: Buffer.concat(parts).toString("latin1"), replaced: shown.replaced };
}

/** The same, cell by cell. */
function expected(layout: Layout, values: Uint8Array, { json, render, mode }: Look) {
  const shown = new ShownText(mode);
  const { size } = layout;
  const shape = { keySize: 0, valueSize: size, cpus: 0, valueStride: size };
  const cells: Cell[] = columnsOf(layout).map((column) => compileCell(column, shape, { json, render, shown }));
  const count = values.length / Math.max(1, size);
  const batch = { count, keys: new Uint8Array(0), values, errnos: undefined };
  const entries = Int32Array.from({ length: count }, (_, i) => i);
  const run = { batch, count, entries, cpus: undefined, cpuStride: 0, index: 0 };
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes)));
  for (let row = 0; row < count; row++) out.text(`${cells.map((cell) => csvCell(cell(run, row))).join(",")}\r\n`);
  out.flush();
  return { text: Buffer.concat(parts).toString("latin1"), replaced: shown.replaced };
}

test("random types: what their cells say one by one, in every mode", () => {
  const random = new Random(13);
  for (let round = 0; round < 400; round++) {
    const btf = new BtfBuilder();
    const size = randomSize(random, 300);
    const id = new RandomTypes(random, btf, true).ofSize(size);
    const layout = layoutFromBtf(parseBtf(btf.build()), id);
    if (layout.size === 0) continue;
    const rendered = random.below(4);
    const look: Look = {
      json: {
        int64: random.pick(["digits", "string"] as const),
        enums: random.pick(["name", "number", "both"] as const),
      },
      render: (field) =>
        field.layout.kind === "int" && field.path.length % 4 === rendered
          ? { text: (bytes, _view, at) => `r,"${bytes[at + Math.floor(field.bitOffset / 8)]}` }
          : undefined,
      mode: random.pick(["replace", "escape"] as const),
      capacity: random.pick([16, 300, 1 << 16]),
    };
    const values = new Uint8Array(ROWS * layout.size);
    for (let i = 0; i < ROWS; i++) values.set(randomValue(random, layout.size), i * layout.size);
    expect({ round, ...written(layout, values, look) }).toEqual({ round, ...expected(layout, values, look) });
  }
});

describe("single values", () => {
  const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));
  const LOOK: Look = { json: DIGITS, render: NO_RENDERER, mode: "replace", capacity: 1 << 12 };
  const chars = (b: BtfBuilder): number => b.array(b.signed("char", 1), 8);

  test.each<[string, (btf: BtfBuilder) => number, string, string, Partial<Look>]>([
    ["a number of 64 bits", (b) => b.int("u64", 8), "ff".repeat(8), "18446744073709551615", {}],
    [
      "the same, which JSON would quote",
      (b) => b.int("u64", 8),
      "ff".repeat(8),
      "18446744073709551615",
      {
        json: { int64: "string", enums: "name" },
      },
    ],
    ["a bool", (b) => b.int("bool", 1, { encoding: 4 }), "02", "true", {}],
    ["NaN", (b) => b.float("double", 8), "000000000000f87f", "NaN", {}],
    ["negative zero", (b) => b.float("double", 8), "0000000000000080", "-0", {}],
    ["text", chars, "6100620000000000", "a", {}],
    ["text without an end", chars, "6161616161616161", "aaaaaaaa", {}],
    ["no text", chars, "0000000000000000", "", {}],
    ["a comma", chars, "612c620000000000", '"a,b"', {}],
    ["quotes", chars, "2222000000000000", '""""""', {}],
    ["half a line end", chars, "0d00000000000000", '"\r"', {}],
    ["the other half", chars, "0a00000000000000", '"\n"', {}],
    ["controls stay", chars, "1b5d307f00000000", "\u001b]0\u007f", {}],
    ["what is behind the end needs no quotes", chars, "61002c2200000000", "a", {}],
    ["not UTF-8", chars, "61ff620000000000", "a\ufffdb", {}],
    ["not UTF-8, kept", chars, "61ff620000000000", "a\udcffb", { mode: "escape" }],
    ["an enumerator", (b) => b.enum("e", [["A", 1]]), "01000000", "A", {}],
    ["a hostile one", (b) => b.enum("e", [['a,"b', 1]]), "01000000", '"a,""b"', {}],
    ["one whose name is not UTF-8", (b) => b.enum("e", [["\udcffA", 1]]), "01000000", "\ufffdA", {}],
    ["the same, kept", (b) => b.enum("e", [["\udcffA", 1]]), "01000000", "\udcffA", { mode: "escape" }],
    ["none", (b) => b.enum("e", [["A", 1]]), "ffffffff", "4294967295", {}],
    [
      "an enumerator's number",
      (b) => b.enum("e", [["A", 1]]),
      "01000000",
      "1",
      {
        json: { int64: "digits", enums: "number" },
      },
    ],
    [
      "both",
      (b) => b.enum("e", [["A", 1]]),
      "01000000",
      '"{""name"":""A"",""value"":1}"',
      {
        json: { int64: "digits", enums: "both" },
      },
    ],
    ["a long array, as JSON", (b) => b.array(b.int("u8", 1), 9), "01".repeat(9), '"[1,1,1,1,1,1,1,1,1]"', {}],
    [
      "a rendered field",
      (b) => b.int("u8", 1),
      "07",
      '"no. 7, say"',
      {
        render: () => ({ text: (bytes, _view, at) => `no. ${bytes[at]}, say` }),
      },
    ],
  ])("%s", (_name, make, bytes, cell, look) => {
    const layout = layoutOf(make);
    const { text } = written(layout, hex(bytes), { ...LOOK, ...look });
    const wanted = cell.replace(/[\udc80-\udcff]/g, "\ufffe");
    const got = look.mode === "escape" ? text.replaceAll("\xff", "\ufffe") : Buffer.from(text, "latin1").toString();
    expect(got).toBe(`${wanted},0\r\n`);
  });

  test("a text much longer than the output", () => {
    const layout = layoutOf((b) => b.array(b.signed("char", 1), 40_000));
    const values = new Uint8Array(40_000).map((_, i) => (i % 3 === 0 ? 0x22 : 0x61));
    const look = { ...LOOK, capacity: 16 };
    expect(written(layout, values, look)).toEqual(expected(layout, values, look));
  });
});

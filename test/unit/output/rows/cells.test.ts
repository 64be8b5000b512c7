import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { viewOf } from "../../../../src/bytes.ts";
import { wholeField } from "../../../../src/codec/access/field.ts";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";
import { type CellOptions, compileCell, fieldText, rowError } from "../../../../src/output/rows/cells.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";
import { layoutFromBtf } from "../../../../src/schema/from-btf.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";

function options(more: Partial<CellOptions> = {}): CellOptions {
  return { json: { int64: "digits", enums: "name" }, render: () => undefined, shown: new ShownText(), ...more };
}

function textOf(make: (btf: BtfBuilder) => number, hex: string, more: Partial<CellOptions> = {}): string {
  const btf = new BtfBuilder();
  const id = make(btf);
  const layout = layoutFromBtf(parseBtf(btf.build()), id);
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  return fieldText(wholeField("value", layout), options(more))(bytes, viewOf(bytes), 0);
}

const chars = (length: number) => (btf: BtfBuilder) => btf.array(btf.signed("char", 1), length);

describe("the text of a field", () => {
  test.each<[string, (btf: BtfBuilder) => number, string, string]>([
    ["an integer", (b) => b.int("u64", 8), "ff".repeat(8), "18446744073709551615"],
    ["a bool", (b) => b.int("_Bool", 1, { encoding: 4 }), "02", "true"],
    ["a float", (b) => b.float("double", 8), "000000000000f8bf", "-1.5"],
    ["minus zero", (b) => b.float("double", 8), "0000000000000080", "-0"],
    ["not a number", (b) => b.float("double", 8), "000000000000f87f", "NaN"],
    ["text, without quotes", chars(4), "61220a00", 'a"\n'],
    ["text that is no UTF-8", chars(2), "61e9", "a\ufffd"],
    ["an enumerator, without quotes", (b) => b.enum("e", [["A", 1]]), "01000000", "A"],
    ["bytes as they are typed", (b) => b.array(b.int("u8", 1), 3), "010203", "[1,2,3]"],
    ["a record", (b) => b.struct("s", 1, [{ name: "a", type: b.int("u8", 1), bitOffset: 0 }]), "07", '{"a":7}'],
  ])("%s", (_, make, hex, expected) => {
    expect(textOf(make, hex)).toBe(expected);
  });

  test("that a renderer makes, replaced where it is no UTF-8", () => {
    const render = () => ({ text: () => "a\udce9" });
    expect(textOf((b) => b.int("u8", 1), "00", { render })).toBe("a\ufffd");
    expect(textOf((b) => b.int("u8", 1), "00", { render, shown: new ShownText("escape") })).toBe("a\udce9");
  });

  test("is whole however long it is, also where a buffer ends within a character", () => {
    for (let shift = 0; shift < 3; shift++) {
      const name = `${"x".repeat(shift)}${"中".repeat(2000)}`;
      const bytes = Buffer.from(name);
      const text = textOf((b) => b.array(chars(bytes.length)(b), 3), bytes.toString("hex").repeat(3));
      expect(text).toBe(JSON.stringify([name, name, name]));
    }
  });
});

describe("cells", () => {
  const shape = { keySize: 1, valueSize: 1, cpus: 0, valueStride: 1 };
  const batch = { count: 2, keys: Uint8Array.of(1, 2), values: Uint8Array.of(3, 4), errnos: Int32Array.of(0, 2) };
  const run: RowRun = { batch, count: 2, entries: Int32Array.of(0, 1), cpus: undefined, cpuStride: 0, index: 5 };
  const layout = { kind: "int", size: 1, encoding: "unsigned", bits: 8, bitOffset: 0, isChar: false } as const;
  const field = (side: "key" | "value") => wholeField(side, { ...layout, typeName: "u8", tagged: false });

  test("of a value that could not be read are empty, those of its key are not", () => {
    const column = (side: "key" | "value") => ({ name: side, source: { kind: "field", field: field(side) } }) as const;
    const [key, value] = [compileCell(column("key"), shape, options()), compileCell(column("value"), shape, options())];
    expect([key(run, 0), value(run, 0), key(run, 1), value(run, 1)]).toEqual(["1", "3", "2", ""]);
    expect([rowError(run, 0), rowError(run, 1)]).toEqual([undefined, "ENOENT"]);
  });

  test("of CPUs and of entries are numbers; rows of no CPU have none", () => {
    const cpus = { ...run, cpus: Int32Array.of(1, -1) };
    const [cpu, index] = (["cpu", "index"] as const).map((kind) =>
      compileCell({ name: kind, source: { kind } }, shape, options()),
    );
    expect([cpu?.(cpus, 0), cpu?.(cpus, 1), cpu?.(run, 0)]).toEqual(["1", "", "0"]);
    expect([index?.(run, 0), index?.(run, 1)]).toEqual(["5", "6"]);
  });

  test("are those of the row's CPU", () => {
    const perCpu = { keySize: 1, valueSize: 1, cpus: 2, valueStride: 2 };
    const value = compileCell({ name: "value", source: { kind: "field", field: field("value") } }, perCpu, options());
    const rows = { ...run, batch: { ...batch, errnos: undefined }, cpus: Int32Array.of(0, 1), cpuStride: 1 };
    expect([
      value({ ...rows, entries: Int32Array.of(0, 0) }, 0),
      value({ ...rows, entries: Int32Array.of(0, 0) }, 1),
    ]).toEqual(["3", "4"]);
  });
});

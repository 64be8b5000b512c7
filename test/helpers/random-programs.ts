import { parseBtf } from "../../src/btf/parse.ts";
import { type Field, membersOf, wholeField } from "../../src/codec/access/field.ts";
import { DIALECT_VERSIONS, dialectOf } from "../../src/codec/bpftool/dialect.ts";
import { compileEntryEncoder } from "../../src/codec/bpftool/entry-encoder.ts";
import type { EntryFormat } from "../../src/codec/bpftool/entry-program.ts";
import { compileCsvRow } from "../../src/codec/csv/csv-row.ts";
import { compileJsonRow, type JsonRowFormat, type RowColumn } from "../../src/codec/json/json-row.ts";
import type { openMachine } from "../../src/codec/text/machine.ts";
import { OutputBuffer } from "../../src/codec/text/output-buffer.ts";
import type { TextOfBytes } from "../../src/codec/text/rendered-text.ts";
import type { RowPrinter } from "../../src/codec/text/row-printer.ts";
import { ShownText, TEXT_MODES } from "../../src/codec/text/shown-text.ts";
import { textEngine } from "../../src/codec/text/text-engine.ts";
import { fieldText } from "../../src/output/rows/cells.ts";
import type { EntryBatch } from "../../src/reader/entries.ts";
import { layoutFromBtf } from "../../src/schema/from-btf.ts";
import type { Layout } from "../../src/schema/layout.ts";
import { BtfBuilder } from "./btf-builder.ts";
import type { Random } from "./random.ts";
import { RandomTypes, randomSize } from "./random-types.ts";
import { randomValue } from "./random-values.ts";

const COUNT = 3;

/** Something that prints the same entries with any machine. */
export interface RandomPrint {
  readonly name: string;
  /** Returns the text, the notes and the number of texts with replaced bytes. */
  readonly print: (open: typeof openMachine) => { text: string; notes: string; replaced: number };
}

/** Makes a layout of random types, entries that fit, and a format of bpftool's or a row of ours. */
export function randomPrint(random: Random): RandomPrint {
  const btf = new BtfBuilder();
  const types = new RandomTypes(random, btf, random.chance(0.5));
  const keySize = randomSize(random, 40);
  const size = randomSize(random, random.chance(0.1) ? 8000 : 600);
  const [keyId, valueId] = [types.ofSize(keySize), types.ofSize(size)];
  const source = parseBtf(btf.build());
  const key = layoutFromBtf(source, keyId);
  const value = arranged(random, layoutFromBtf(source, valueId));
  const cpus = random.chance(0.25) ? 3 : 0;
  const valueSize = Math.max(1, value.size);
  const valueStride = cpus === 0 ? valueSize : cpus * Math.ceil(valueSize / 8) * 8;
  const shape = { keySize, valueSize, cpus, valueStride };
  const batch = randomBatch(random, keySize, valueStride, valueSize);
  const capacity = random.pick([16, 300, 1 << 16]);
  if (value.kind === "array" && value.counted) {
    const offsets = Array.from({ length: COUNT * Math.max(1, cpus) }, (_, i) => (i * valueStride) / Math.max(1, cpus));
    for (const at of offsets) new DataView(batch.values.buffer).setUint32(at, random.between(0, value.length), true);
  } else if (random.chance(0.6)) {
    const style = random.pick(["plain", "json", "pretty"] as const);
    const dialect = dialectOf(random.pick(DIALECT_VERSIONS));
    const layouts = random.chance(0.9) ? { key: random.chance(0.1) ? undefined : key, value } : undefined;
    const mapOfMaps = valueSize === 4 && random.chance(0.5);
    const format = { style, dialect, shape, layouts, mapOfMaps, depth: random.pick([0, 1, 3]) };
    return {
      name: `${style} of ${dialect.version}, ${cpus} CPUs`,
      print: (open) => printEntries(format, batch, capacity, open),
    };
  }
  return randomRow(random, { key, value }, shape, batch, capacity);
}

function randomRow(
  random: Random,
  { key, value }: { key: Layout; value: Layout },
  shape: EntryFormat["shape"],
  batch: EntryBatch,
  capacity: number,
): RandomPrint {
  const options = {
    int64: random.pick(["digits", "string"] as const),
    enums: random.pick(["name", "number", "both"] as const),
  };
  const mode = random.pick(TEXT_MODES);
  const isCsv = random.chance(0.3);
  const rendered = random.below(4);
  const kind = shape.cpus > 0 && random.chance(0.5) ? "cpus" : "field";
  const columns: RowColumn[] = [
    { name: "k", source: { kind: "field", field: wholeField("key", key) } },
    { name: 'v"\u2028', source: { kind, field: wholeField("value", value) } },
    ...(kind === "cpus" ? [] : [{ name: "cpu", source: { kind: "cpu" } } as const]),
  ];
  const render: JsonRowFormat["render"] = ({ layout, bitOffset, path }) => {
    if (layout.kind !== "int" || path.length % 4 !== rendered) return undefined;
    const text = (bytes: Uint8Array, _view: DataView, at: number): string =>
      `r${bytes[at + Math.floor(bitOffset / 8)]}"\u00e9`;
    return path.length % 8 === rendered ? { text, value: () => "1" } : { text };
  };
  const name = `${isCsv ? "CSV" : "row"}, ${options.int64}, ${options.enums}, ${mode}, ${shape.cpus} CPUs`;
  const compile = (out: OutputBuffer): RowPrinter => {
    if (!isCsv) return compileJsonRow({ columns, shape, options, render, tail: "}\n" }, out);
    const text = (field: Field): TextOfBytes => fieldText(field, { json: options, render, shown: out.shown });
    return compileCsvRow({ columns: leaves(columns), shape, options, render, text }, out);
  };
  return { name, print: (open) => printRows(compile, shape, batch, new ShownText(mode), capacity, open) };
}

/** The columns with records split into their members. */
function leaves(columns: readonly RowColumn[]): RowColumn[] {
  const split = (field: Field): Field[] => {
    const members = membersOf(field);
    return members.length === 0 ? [field] : members.flatMap(split);
  };
  return columns.flatMap((column) =>
    "field" in column.source
      ? split(column.source.field).map((field) => ({ ...column, source: { kind: "field", field } as const }))
      : [column],
  );
}

function printEntries(format: EntryFormat, batch: EntryBatch, capacity: number, open: typeof openMachine) {
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes)), { capacity });
  textEngine(out, open);
  const encoder = compileEntryEncoder(format, out, () => "error");
  encoder.encode(batch);
  out.flush();
  const notes = encoder.invalidJsonFields().map(({ path }) => path);
  return { text: Buffer.concat(parts).toString("latin1"), notes: [...notes].sort().join(), replaced: 0 };
}

function printRows(
  compile: (out: OutputBuffer) => RowPrinter,
  { cpus, keySize, valueStride }: EntryFormat["shape"],
  batch: EntryBatch,
  shown: ShownText,
  capacity: number,
  open: typeof openMachine,
) {
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes)), { capacity, shown });
  textEngine(out, open);
  const row = compile(out);
  const list = Int32Array.of(0, 2, 1);
  const place = (i: number, to: { key: number; value: number; cpu: number; index: number }): void => {
    to.key = i * keySize;
    to.value = i * valueStride;
    to.cpu = 0;
    to.index = cpus === 0 ? i : i + 1;
  };
  row.printAll(batch, { count: batch.count, valueSize: valueStride, place, cpus: list }, { listed: true, first: true });
  out.flush();
  return { text: Buffer.concat(parts).toString("latin1"), notes: "", replaced: shown.replaced };
}

function randomBatch(random: Random, keySize: number, valueStride: number, valueSize: number): EntryBatch {
  const [keys, values] = [new Uint8Array(COUNT * keySize), new Uint8Array(COUNT * valueStride)];
  for (let i = 0; i < COUNT; i++) {
    keys.set(randomValue(random, keySize), i * keySize);
    for (let at = 0; at + valueSize <= valueStride; at += valueSize) {
      values.set(randomValue(random, valueSize), i * valueStride + at);
    }
  }
  return { count: COUNT, keys, values, errnos: undefined };
}

const COMMON = { typeName: "", tagged: false } as const;

/** Puts a value into what types of maps seldom have: long arrays, sections, large records, what stops in an array. */
function arranged(random: Random, value: Layout): Layout {
  const { size } = value;
  switch (random.below(10)) {
    case 0:
      return {
        kind: "array",
        counted: true,
        length: 3,
        size: 4 + 3 * size,
        element: value,
        charsDirect: false,
        ...COMMON,
      };
    case 1: {
      const opaque = {
        kind: "opaque",
        reason: random.pick(["void", "fwd", "unsupported"] as const),
        size: 0,
        ...COMMON,
      } as const;
      const vars = [value, value, opaque, value].map((layout, i) => ({
        name: `v${i}`,
        offset: i === 1 ? size : 0,
        layout,
      }));
      return { kind: "section", size: 2 * size, vars, ...COMMON, typeName: '.data"\\' };
    }
    case 2: {
      const length = random.between(2, 30);
      return { kind: "array", length, size: length * size, element: value, charsDirect: false, ...COMMON };
    }
    case 3: {
      const fields = Array.from({ length: 12 }, (_, i) => ({
        name: `big${i}${"x".repeat(random.below(700))}`,
        bitOffset: 8 * i * size,
        bitfieldBits: 0,
        layout: value,
      }));
      return { kind: "struct", size: 12 * size, fields, ...COMMON };
    }
    case 4:
      return stopping(random, value);
    default:
      return value;
  }
}

/** Records with tagged texts, which stop where they are none, and 128 bits that begin anywhere. */
function stopping(random: Random, value: Layout): Layout {
  const char = {
    kind: "int",
    size: 1,
    encoding: "signed",
    bits: 8,
    bitOffset: 0,
    isChar: true,
    ...COMMON,
    tagged: true,
  } as const;
  const text: Layout = { kind: "array", length: 4, size: 4, element: char, charsDirect: true, ...COMMON };
  const wide: Layout = {
    kind: "int",
    size: 16,
    encoding: "unsigned",
    bits: 128,
    bitOffset: 0,
    isChar: false,
    ...COMMON,
  };
  const shift = random.below(80);
  const record: Layout = {
    kind: "struct",
    size: 24 + value.size,
    fields: [
      { name: "w", bitOffset: shift, bitfieldBits: 128 - shift, layout: wide },
      { name: "c", bitOffset: 128, bitfieldBits: 0, layout: text },
      { name: "v", bitOffset: 192, bitfieldBits: 0, layout: value },
      { name: "c2", bitOffset: 128, bitfieldBits: 0, layout: text },
    ],
    ...COMMON,
  };
  return { kind: "array", length: 3, size: 3 * record.size, element: record, charsDirect: false, ...COMMON };
}

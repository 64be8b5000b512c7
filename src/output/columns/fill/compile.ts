import { type Accessor, compileBool, compileInteger, scalarKind } from "../../../codec/access/accessor.ts";
import { type Field, integerBits, membersOf } from "../../../codec/access/field.ts";
import { queryLimit } from "../../../query/fields/query-error.ts";
import type { ArrayLayout, EnumLayout, Layout } from "../../../schema/layout.ts";
import { namedFields } from "../../../schema/named-fields.ts";
import { unitOf } from "../../../schema/unit.ts";
import { uniqueNames } from "../../../unique-names.ts";
import { rendererOf } from "../../render/render.ts";
import { type Column, type ColumnType, NO_NOTES } from "../column.ts";
import type { Filler, FillOptions, RunFiller } from "./filler.ts";
import { Arrays, countedLists, PackedArrays, Records } from "./nested.ts";
import { OpenBytes, openLists } from "./open-ends.ts";
import { renderedColumns } from "./rendered.ts";
import { BitFields, Bools, ComputedIntegers, Decimals, FixedBytes, WholeValues } from "./scalars.ts";
import { EnumNames, Texts } from "./texts.ts";

/** The most columns, those inside of others included: each takes memory and a part of the schema. */
const MAX_COLUMNS = 16_384;

/** An integer of so many bits always has 38 decimal digits at most. */
const MAX_DECIMAL_BITS = 126;

/** Compiles fields into columns. Nothing in them depends on what is in a map. */
export class ColumnCompiler {
  readonly options: FillOptions;
  #columns = 0;

  constructor(options: FillOptions) {
    this.options = options;
  }

  /**
   * Returns the columns of a field: one, with those that its renderer adds behind it, and none for what has no bytes.
   * Throws QUERY_INVALID for too many.
   */
  columns(name: string, field: Field, tags?: readonly string[]): Filler[] {
    const { layout } = field;
    const renderer = layout.rendering === undefined ? undefined : rendererOf(layout.rendering);
    const isRendered = !isUntypedBytes(layout) && !isOpen(layout);
    if (renderer !== undefined && isRendered && renderer.mismatch(field) === undefined) {
      const plain = (): Filler[] => this.#plain(name, field, tags);
      const rendered = renderedColumns(name, field, renderer, this.#notes(layout, tags), { ...this.options, plain });
      return rendered.map((filler) => this.#counted(filler));
    }
    return this.#plain(name, field, tags).map((filler) => this.#counted(filler));
  }

  /** The column of a field as its type says. */
  #plain(name: string, field: Field, tags?: readonly string[]): Filler[] {
    const filler = this.#filler(name, field, this.#notes(field.layout, tags));
    return filler === undefined ? [] : [filler];
  }

  #counted(filler: Filler): Filler {
    this.#columns += 1;
    if (this.#columns <= MAX_COLUMNS) return filler;
    throw queryLimit(`more than ${MAX_COLUMNS} columns: use --select to choose some`);
  }

  #filler(name: string, field: Field, notes: ReadonlyMap<string, string>): Filler | undefined {
    const { layout, bitOffset } = field;
    const column = (type: ColumnType, nullable = false): Column => ({ name, type, nullable, notes });
    switch (scalarKind(field)) {
      case "integer":
        return layout.kind === "enum" ? this.#enum(column, field, layout) : integerFiller(column, field);
      case "bool":
        return new Bools(column({ kind: "bool" }), compileBool(field));
      case "float": {
        const bits = layout.size === 4 ? 32 : 64;
        return new WholeValues(column({ kind: "float", bits }), bits === 32 ? 4 : 8, bitOffset / 8);
      }
      case "text": {
        const { shown } = this.options;
        const type = {
          kind: "text",
          isUtf8: shown.mode === "replace",
          most: isOpen(layout) ? undefined : layout.size,
        } as const;
        return new Texts(column(type), layout.size, bitOffset / 8, shown, isOpen(layout));
      }
      case "none":
        return this.#compound(column, field);
    }
  }

  #compound(column: (type: ColumnType) => Column, field: Field): Filler | undefined {
    const { layout, bitOffset } = field;
    switch (layout.kind) {
      case "struct":
      case "union":
      case "section":
        return this.#record(column, field);
      case "array":
        return layout.counted ? this.#distinct(column, field, layout) : this.#array(column, field, layout);
      default:
        if (layout.size === 0 || bitOffset % 8 !== 0 || field.bitfieldBits > 0) return undefined;
        return new FixedBytes(column({ kind: "bytes", size: layout.size }), layout.size, bitOffset / 8);
    }
  }

  #record(column: (type: ColumnType) => Column, field: Field): Filler | undefined {
    const { layout } = field;
    if (layout.kind !== "struct" && layout.kind !== "union" && layout.kind !== "section") return undefined;
    const fields = namedFields(layout);
    const members = membersOf(field).map((member, i) => ({ member, named: fields[i] }));
    const found = members.flatMap(({ member, named }) => this.columns(named?.name ?? "", member, named?.tags));
    const names = uniqueNames(found.map((one) => this.options.shown.name(one.column.name)));
    if (found.length === 0) return undefined;
    const columns = found.map((one, i) => ({ ...one.column, name: names[i] ?? one.column.name }));
    return new Records(column({ kind: "struct", fields: columns }), found);
  }

  #array(column: (type: ColumnType) => Column, field: Field, layout: ArrayLayout): Filler | undefined {
    const { element, length } = layout;
    const location = { offset: field.bitOffset / 8, length, stride: element.size };
    if (layout.size === 0) return undefined;
    if (isOpen(layout)) return this.#open(column, field, layout);
    if (isByte(element))
      return new FixedBytes(column({ kind: "bytes", size: layout.size }), layout.size, location.offset);
    const one = this.#element(field, element, 0);
    if (one === undefined) return undefined;
    const array = column({ kind: "array", length, element: one.column });
    return isPacked(element, one) ? new PackedArrays(array, one, location) : new Arrays(array, one, location);
  }

  #open(column: (type: ColumnType) => Column, field: Field, { element, size }: ArrayLayout): Filler | undefined {
    const location = { offset: field.bitOffset / 8, size, stride: element.size };
    if (isByte(element)) return new OpenBytes(column({ kind: "text", isUtf8: false }), location);
    const one = this.#element(field, element, 0);
    return one === undefined ? undefined : openLists(column({ kind: "list", element: one.column }), one, location);
  }

  #distinct(column: (type: ColumnType) => Column, field: Field, layout: ArrayLayout): Filler | undefined {
    const { element, length } = layout;
    const one = this.#element(field, element, 0);
    if (one === undefined) return undefined;
    const location = { offset: field.bitOffset / 8, length, stride: element.size };
    return countedLists(column({ kind: "list", element: one.column }), one, location);
  }

  /** The column of an element, of which there is only one. */
  #element(field: Field, element: Layout, bitOffset: number): Filler | undefined {
    const path = `${field.path}[]`;
    return this.columns("element", { ...field, path, layout: element, bitOffset, bitfieldBits: 0 })[0];
  }

  #enum(column: (type: ColumnType) => Column, field: Field, layout: EnumLayout): Filler | undefined {
    const number = (name: string): Filler | undefined => integerFiller((type) => ({ ...column(type), name }), field);
    const read = compileInteger(field);
    const { enums, missing } = this.options;
    if (read === undefined || enums === "number") return number(column({ kind: "names" }).name);
    const values = layout.values.map(({ name, value }) => ({ name: this.options.shown.name(name), value }));
    if (enums === "name") return new EnumNames(column({ kind: "names" }), read, values, "digits");
    const names: Column = { name: "name", type: { kind: "names" }, nullable: true, notes: NO_NOTES };
    const value = number("value");
    const members = [new EnumNames(names, read, values, missing), ...(value === undefined ? [] : [value])];
    return new Records(column({ kind: "struct", fields: members.map((one) => one.column) }), members);
  }

  #notes(layout: Layout, tags: readonly string[] | undefined): ReadonlyMap<string, string> {
    const unit = unitOf(tags, layout.tags, layout.rendering === undefined ? [] : [`ebpf-map:${layout.rendering}`]);
    const type = layout.typeName;
    return new Map([
      ...(type === "" ? [] : [["ebpf-map:c-type", this.options.shown.name(type)] as const]),
      ...(unit === undefined ? [] : [["ebpf-map:unit", unit] as const]),
    ]);
  }
}

/** The column of an integer, a pointer, or an enum's number. */
function integerFiller(column: (type: ColumnType) => Column, field: Field): Filler | undefined {
  const bitsOf = integerBits(field);
  const read = compileInteger(field);
  if (bitsOf === undefined || read === undefined) return undefined;
  const { start, width, signed } = bitsOf;
  const { layout } = field;
  const needed = (layout.kind === "int" ? layout.valueBits : undefined) ?? width;
  if (width > 64) {
    if (needed <= MAX_DECIMAL_BITS) return new Decimals(column({ kind: "decimal" }), read);
    return wideInteger(column, field, read);
  }
  const bits = width <= 8 ? 8 : width <= 16 ? 16 : width <= 32 ? 32 : 64;
  const size = (bits / 8) as 1 | 2 | 4 | 8;
  const type = { kind: "int", bits, signed } as const;
  const location = { offset: Math.floor(start / 8), shift: start % 8, width, signed };
  if (location.shift === 0 && width === bits) return new WholeValues(column(type), size, location.offset);
  if (location.shift + width <= 32 && size !== 8) return new BitFields(column(type), size, location);
  return new ComputedIntegers(column(type), size, read);
}

/** An integer that no type holds: its bytes, the lowest first. */
function wideInteger(
  column: (type: ColumnType) => Column,
  field: Field,
  read: Accessor<number | bigint>,
): Filler | undefined {
  const location = integerBits(field);
  if (location === undefined) return undefined;
  const { start, width, signed } = location;
  const size = Math.ceil(width / 64) * 8;
  const plain = column({ kind: "bytes", size });
  const notes = new Map([...plain.notes, ["ebpf-map:integer", `${signed ? "signed" : "unsigned"}, little-endian`]]);
  if (start % 8 === 0 && width === size * 8) return new FixedBytes({ ...plain, notes }, size, start / 8);
  return new Decimals({ ...plain, notes }, read);
}

/** Tells whether a type is a byte that is no character and no number below zero: arrays of it are bytes. */
function isByte(layout: Layout): boolean {
  if (layout.kind !== "int" || layout.isChar || layout.rendering !== undefined) return false;
  return layout.size === 1 && layout.bits === 8 && layout.encoding === "unsigned";
}

/** Tells whether an array goes on to the end of its value. */
function isOpen(layout: Layout): boolean {
  return layout.kind === "array" && layout.open === true;
}

/** Tells whether the elements of an array can be copied as they lie there. */
function isPacked(element: Layout, filler: Filler): filler is RunFiller {
  return filler instanceof WholeValues && sizeOf(filler.column.type) === element.size;
}

function sizeOf(type: ColumnType): number | undefined {
  return type.kind === "int" || type.kind === "float" ? type.bits / 8 : undefined;
}

/** Tells whether bytes have no type: they are shown as digits elsewhere. */
function isUntypedBytes(layout: Layout): boolean {
  return layout.kind === "array" && layout.typeName === "bytes" && layout.rendering === "hex";
}

import {
  Binary,
  Bool,
  type DataType,
  Decimal,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Schema,
  Struct,
  TimestampNanosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from "apache-arrow";
import type { Column, ColumnType } from "../column.ts";

/** The digits of a decimal of 128 bits. */
const DECIMAL_DIGITS = 38;

/** Returns the schema of columns. */
export function arrowSchema(columns: readonly Column[], notes: ReadonlyMap<string, string>): Schema {
  const ids = { next: 0 };
  return new Schema(
    columns.map((column) => arrowField(column, ids)),
    new Map(notes),
  );
}

function arrowField({ name, type, nullable, notes }: Column, ids: { next: number }): Field {
  return new Field(name, arrowType(type, ids), nullable, new Map(notes));
}

/** `ids`: dictionaries are told apart by a number in a stream. */
function arrowType(type: ColumnType, ids: { next: number }): DataType {
  switch (type.kind) {
    case "int":
      return new (type.signed ? SIGNED : UNSIGNED)[type.bits]();
    case "float":
      return type.bits === 32 ? new Float32() : new Float64();
    case "bool":
      return new Bool();
    case "decimal":
      return new Decimal(0, DECIMAL_DIGITS, 128);
    case "bytes":
      return new FixedSizeBinary(type.size);
    case "text":
      return type.isUtf8 ? new Utf8() : new Binary();
    case "names":
      return new Dictionary(new Utf8(), new Int32(), ids.next++);
    case "time":
      return new TimestampNanosecond("UTC");
    case "struct":
      return new Struct(type.fields.map((field) => arrowField(field, ids)));
    case "array":
      return new FixedSizeList(type.length, arrowField(type.element, ids));
    case "list":
      return new List(arrowField(type.element, ids));
  }
  return type satisfies never;
}

const UNSIGNED = { 8: Uint8, 16: Uint16, 32: Uint32, 64: Uint64 } as const;
const SIGNED = { 8: Int8, 16: Int16, 32: Int32, 64: Int64 } as const;

import type { writeMetadata } from "hyparquet-writer/src/metadata.js";
import type { Column, ColumnType } from "../column.ts";

/** The metadata that describes a file of Parquet. */
export type FileDescription = Parameters<typeof writeMetadata>[1];
export type SchemaElement = FileDescription["schema"][number];
export type RowGroup = FileDescription["row_groups"][number];

/** The digits of a decimal of 128 bits. */
const DECIMAL_DIGITS = 38;

/** Returns the schema of columns, as Parquet lists it: each group before its members. */
export function parquetSchema(columns: readonly Column[]): SchemaElement[] {
  const root: SchemaElement = { name: "schema", num_children: columns.length };
  return [root, ...columns.flatMap(elementsOf)];
}

function elementsOf(column: Column): SchemaElement[] {
  const { name, type, nullable } = column;
  const repetition = { name, repetition_type: nullable ? "OPTIONAL" : "REQUIRED" } as const;
  switch (type.kind) {
    case "struct":
      return [{ ...repetition, num_children: type.fields.length }, ...type.fields.flatMap(elementsOf)];
    case "array":
    case "list":
      return [
        { ...repetition, num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        ...elementsOf(type.element),
      ];
    default:
      return [{ ...repetition, ...leafType(type) }];
  }
}

type LeafElement = Omit<SchemaElement, "name"> & Required<Pick<SchemaElement, "type">>;

export type LeafType = Exclude<ColumnType, { kind: "struct" | "array" | "list" }>;

/** The type of a column without members. */
export function leafType(type: LeafType): LeafElement {
  switch (type.kind) {
    case "int":
      return {
        type: type.bits === 64 ? "INT64" : "INT32",
        converted_type: `${type.signed ? "INT" : "UINT"}_${type.bits}`,
      };
    case "float":
      return { type: type.bits === 32 ? "FLOAT" : "DOUBLE" };
    case "bool":
      return { type: "BOOLEAN" };
    case "decimal": {
      const digits = { precision: DECIMAL_DIGITS, scale: 0 };
      const meaning = { converted_type: "DECIMAL", logical_type: { type: "DECIMAL", ...digits }, ...digits } as const;
      return { type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, ...meaning };
    }
    case "bytes":
      return { type: "FIXED_LEN_BYTE_ARRAY", type_length: type.size };
    case "text":
      return type.isUtf8 ? TEXT : { type: "BYTE_ARRAY" };
    case "names":
      return TEXT;
    case "time":
      return { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "NANOS" } };
  }
  return type satisfies never;
}

const TEXT = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;

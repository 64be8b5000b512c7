import { visible } from "../terminal/visible.ts";
import type { Column, ColumnType } from "./column.ts";

/**
 * Columns as text: a line for each with its name, its type in Arrow and whether it may be missing; parts of columns are
 * indented. The type in C, and what else is known, stands behind.
 */
export function columnsText(columns: readonly Column[]): string {
  const lines = columns.flatMap((column) => linesOf(column, 0));
  const width = Math.min(60, Math.max(...lines.map(({ text }) => text.length)));
  return lines.map(({ text, notes }) => `${notes === "" ? text : `${text.padEnd(width)}  ${notes}`}\n`).join("");
}

interface Line {
  readonly text: string;
  readonly notes: string;
}

function linesOf({ name, type, nullable, notes }: Column, depth: number): Line[] {
  const text = `${"  ".repeat(depth)}${visible(name)}: ${typeName(type)}${nullable ? ", nullable" : ""}`;
  const known = [...notes].map(([key, value]) => `${key.replace("ebpf-map:", "")}: ${value}`);
  return [{ text, notes: visible(known.join("; ")) }, ...partsOf(type).flatMap((part) => linesOf(part, depth + 1))];
}

function partsOf(type: ColumnType): readonly Column[] {
  switch (type.kind) {
    case "struct":
      return type.fields;
    case "array":
    case "list":
      return [type.element];
    default:
      return [];
  }
}

/** Returns the name of a type, as Arrow's documents have it. */
function typeName(type: ColumnType): string {
  switch (type.kind) {
    case "int":
      return `${type.signed ? "int" : "uint"}${type.bits}`;
    case "float":
      return `float${type.bits}`;
    case "bool":
      return "bool";
    case "decimal":
      return "decimal128(38, 0)";
    case "bytes":
      return `fixed_size_binary[${type.size}]`;
    case "text":
      return type.isUtf8 ? "utf8" : "binary";
    case "names":
      return "dictionary<int32, utf8>";
    case "time":
      return "timestamp[ns, UTC]";
    case "struct":
      return "struct";
    case "array":
      return `fixed_size_list[${type.length}]`;
    case "list":
      return "list";
  }
  return type satisfies never;
}

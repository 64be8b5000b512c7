import type { BtfMember } from "../../btf/types.ts";
import { layoutFromBtf } from "../from-btf.ts";
import type { Layout } from "../layout.ts";
import { TypeTable } from "../type-table.ts";
import { CONSTRAINT_NAMES } from "./constraints.ts";
import { JsonObject, schemaError } from "./json-reader.ts";
import type { Json } from "./layout-json.ts";

/** The deepest nesting of a type: as much as a Layout takes. */
const MAX_DEPTH = 60;

const ENCODINGS = { unsigned: 0, signed: 1, char: 2, bool: 4, other: 8 } as const;

/**
 * A layout from what `layoutToJson` made of it. Throws SCHEMA_INVALID for what no layout becomes, and
 * LAYOUT_INVALID for one that reaches behind its own bytes.
 */
export function layoutFromJson(json: Json): Layout {
  const table = new TypeTable();
  return layoutFromBtf(table, declaredType(table, json, ""));
}

/**
 * Adds a type of a schema file to the table and returns its id; `layoutFromBtf` then checks that it keeps to its own
 * size. Throws SCHEMA_INVALID with the place of what is wrong or not known.
 */
export function declaredType(table: TypeTable, value: Json | undefined, path: string, depth = 0): number {
  if (depth > MAX_DEPTH) throw schemaError(path, `more than ${MAX_DEPTH} levels deep`);
  const node = new JsonObject(value, path);
  const kind = node.choice("kind", ["int", "float", "pointer", "enum", "array", "struct", "union", "opaque"]);
  const name = node.text("type");
  const only = (...names: readonly string[]): JsonObject => node.only("kind", "type", ...names, ...CONSTRAINT_NAMES);
  switch (kind) {
    case "int":
      return intFromJson(table, only("size", "encoding", "char", "bits", "bitOffset"), name);
    case "float":
      return table.add({ kind, name, size: only("size").count("size") });
    case "pointer":
      if (only("size", "kptr").count("size") !== 8) throw node.error("size", "a pointer of BPF has 8 bytes");
      return table.add({
        kind: "ptr",
        type: node.flag("kptr") ? table.add({ kind: "type_tag", name: "kptr", type: 0 }) : 0,
      });
    case "enum":
      return enumFromJson(table, only("size", "signed", "values"), name);
    case "array":
      return arrayFromJson(table, only("size", "length", "text", "element"), { name, depth });
    case "struct":
    case "union":
      return recordFromJson(table, only("size", "fields"), { kind, name, depth });
    case "opaque":
      only("reason");
      return node.text("reason") === "void" ? 0 : table.add({ kind: "fwd", name, union: false });
  }
  return kind satisfies never;
}

function intFromJson(table: TypeTable, node: JsonObject, name: string): number {
  const size = node.count("size", 16);
  const encoding = ENCODINGS[node.choice("encoding", ["unsigned", "signed", "char", "bool", "other"])];
  const bits = node.has("bits") ? node.count("bits", 128) : size * 8;
  const offset = node.has("bitOffset") ? node.count("bitOffset", 127) : 0;
  const isChar = node.flag("char");
  const id = table.add({ kind: "int", name: isChar ? "char" : name, size, encoding, offset, bits });
  return isChar && name !== "char" ? named(table, id, name) : id;
}

function enumFromJson(table: TypeTable, node: JsonObject, name: string): number {
  const size = node.count("size", 8);
  const signed = node.flag("signed");
  const values = node.list("values").map(({ value, path }) => {
    const item = new JsonObject(value, path).only("name", "value");
    return { name: item.text("name"), value: item.integer("value") };
  });
  const tag = name.replace(/^enum /, "");
  if (size <= 4) {
    const narrow = values.map((one) => ({ name: one.name, value: Number(BigInt.asIntN(32, one.value)) }));
    return table.add({ kind: "enum", name: tag, size, signed, values: narrow });
  }
  const wide = values.map((one) => ({ name: one.name, value: BigInt.asUintN(64, one.value) }));
  return table.add({ kind: "enum64", name: tag, size, signed, values: wide });
}

function arrayFromJson(table: TypeTable, node: JsonObject, { name, depth }: { name: string; depth: number }): number {
  const element = declaredType(table, node.value("element"), `${node.path}.element`, depth + 1);
  const target = table.type(element);
  // Characters behind a typedef are no text to bpftool, those behind qualifiers are.
  const type = node.flag("text") && target.kind === "typedef" ? target.type : element;
  const id = table.add({ kind: "array", type, indexType: 0, nelems: node.count("length") });
  return /^\w+$/.test(name) ? named(table, id, name) : id;
}

function recordFromJson(
  table: TypeTable,
  node: JsonObject,
  { kind, name, depth }: { kind: "struct" | "union"; name: string; depth: number },
): number {
  const members = node.list("fields").map(({ value, path }): BtfMember => {
    const field = new JsonObject(value, path).only("name", "offset", "bitOffset", "bits", "of");
    const type = declaredType(table, field.value("of"), `${path}.of`, depth + 1);
    const bitfieldSize = field.has("bits") ? field.count("bits", 128) : 0;
    const bitOffset = field.has("bitOffset") ? field.count("bitOffset") : field.count("offset", 0x1fff_ffff) * 8;
    return { name: field.text("name"), type, bitOffset, bitfieldSize };
  });
  const tag = name.startsWith(`${kind} `) ? name.slice(kind.length + 1) : "";
  const id = table.add({ kind, name: tag, size: node.count("size"), members });
  return tag === "" && /^\w+$/.test(name) ? named(table, id, name) : id;
}

function named(table: TypeTable, type: number, name: string): number {
  return table.add({ kind: "typedef", name, type });
}

import { type Check, constraintsOf } from "./constraints.ts";
import { layoutFromBtf } from "./from-btf.ts";
import { JsonObject, schemaError } from "./json-reader.ts";
import { type KernelRange, kernelRange } from "./kernel-range.ts";
import type { Layout } from "./layout.ts";
import { typeFromJson } from "./layout-from-json.ts";
import { type Json, layoutToJson } from "./layout-json.ts";
import { TypeTable } from "./type-table.ts";

const FORMAT = "ebpf-map-schema";
const VERSION = 1;

/** One side of a layout: the type, and what values of it must be. */
export interface SchemaSide {
  readonly typeId: number;
  readonly layout: Layout;
  readonly check: Check | undefined;
}

/** What a schema file says of maps whose names fit, on kernels whose versions do. */
export interface SchemaLayout {
  /** A map's name; `*` stands for any characters. */
  readonly map: string;
  readonly kernel: KernelRange | undefined;
  readonly types: TypeTable;
  /** Undefined for a map without keys, or of whose keys the file says nothing. */
  readonly key: SchemaSide | undefined;
  readonly value: SchemaSide;
}

/** The text of a schema file for one map. */
export function schemaText(map: string, layouts: { readonly key: Layout | undefined; readonly value: Layout }): string {
  const key = layouts.key === undefined ? {} : { key: layoutToJson(layouts.key) };
  const layout = { map, ...key, value: layoutToJson(layouts.value) };
  return `${JSON.stringify({ format: FORMAT, version: VERSION, layouts: [layout] }, null, 2)}\n`;
}

/** Reads a schema file. Throws SCHEMA_INVALID with the place of the mistake, and LAYOUT_INVALID for an impossible type. */
export function readSchema(text: string): SchemaLayout[] {
  const file = new JsonObject(parse(text), "").only("format", "version", "layouts");
  if (file.text("format") !== FORMAT) throw file.error("format", `expected "${FORMAT}"`);
  if (file.count("version") !== VERSION) throw file.error("version", `this program knows version ${VERSION}`);
  return file.list("layouts").map(({ value, path }) => readLayout(new JsonObject(value, path)));
}

/** The first layout of a file that fits a map on a kernel. */
export function findSchema(layouts: readonly SchemaLayout[], map: string, release: string): SchemaLayout | undefined {
  return layouts.find(({ map: pattern, kernel }) => fits(map, pattern) && (kernel === undefined || kernel(release)));
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw schemaError("", error instanceof Error ? error.message : String(error));
  }
}

function readLayout(node: JsonObject): SchemaLayout {
  node.only("map", "kernel", "key", "value");
  const types = new TypeTable();
  const side = (name: "key" | "value"): SchemaSide => {
    const typeId = typeFromJson(types, node.value(name), `${node.path}.${name}`);
    const check = constraintsOf(node.value(name), `${node.path}.${name}`);
    return { typeId, layout: layoutFromBtf(types, typeId), check };
  };
  return {
    map: node.text("map"),
    kernel: node.has("kernel") ? kernelRange(node.text("kernel"), `${node.path}.kernel`) : undefined,
    types,
    key: node.has("key") ? side("key") : undefined,
    value: side("value"),
  };
}

/** Without regular expressions, which a pattern of many stars could keep busy for ever. */
function fits(name: string, pattern: string): boolean {
  const parts = pattern.split("*");
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

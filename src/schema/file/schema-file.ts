import { EbpfMapError } from "../../errors.ts";
import { layoutFromBtf } from "../from-btf.ts";
import type { Layout } from "../layout.ts";
import { TypeTable } from "../type-table.ts";
import { type Check, constraintsOf } from "./constraints.ts";
import { faultPosition, placeInJson } from "./json-position.ts";
import { JsonObject, schemaError } from "./json-reader.ts";
import { type KernelRange, kernelRange } from "./kernel-range.ts";
import { declaredType } from "./layout-from-json.ts";
import { type Json, layoutToJson } from "./layout-json.ts";

const FORMAT = "ebpf-map-schema";
const VERSION = 1;

/** The type of a key or value, and the check of its constraints. */
export interface CheckedType {
  readonly typeId: number;
  readonly layout: Layout;
  readonly check: Check | undefined;
}

/** The types that a schema file gives to maps of a name on kernels of some versions. */
export interface SchemaLayout {
  /** A map's name; `*` stands for any characters. */
  readonly map: string;
  readonly kernel: KernelRange | undefined;
  readonly types: TypeTable;
  /** Undefined for a map without keys, or for whose keys the file gives no type. */
  readonly key: CheckedType | undefined;
  readonly value: CheckedType;
}

/** The text of a schema file for one map. `nameOf` converts names, which may have bytes that are no UTF-8. */
export function schemaText(
  map: string,
  layouts: { readonly key: Layout | undefined; readonly value: Layout },
  nameOf: (name: string) => string = (name) => name,
): string {
  const key = layouts.key === undefined ? {} : { key: layoutToJson(layouts.key) };
  const layout = { map, ...key, value: layoutToJson(layouts.value) };
  const named = (_: string, value: unknown): unknown => (typeof value === "string" ? nameOf(value) : value);
  return `${JSON.stringify({ format: FORMAT, version: VERSION, layouts: [layout] }, named, 2)}\n`;
}

/**
 * Reads a schema file; `file` names it in messages. Throws SCHEMA_INVALID for a mistake and LAYOUT_INVALID for an
 * impossible type: `details` have its `line`, `column` and `path`.
 */
export function readSchema(text: string, file?: string): SchemaLayout[] {
  try {
    return readLayouts(text);
  } catch (error) {
    throw error instanceof EbpfMapError ? placed(error, text, file) : error;
  }
}

function readLayouts(text: string): SchemaLayout[] {
  const whole = new JsonObject(parse(text), "");
  // What is no schema isn't quoted in errors: it may be anything.
  if (whole.text("format") !== FORMAT) throw whole.error("format", `expected "${FORMAT}"`);
  const root = whole.only("format", "version", "layouts");
  if (root.count("version") !== VERSION) throw root.error("version", `this program knows version ${VERSION}`);
  return root.list("layouts").map(({ value, path }) => readLayout(new JsonObject(value, path)));
}

/** The same error with the line and column of its path, or of the offset where the text is no JSON. */
function placed({ code, message, details, cause }: EbpfMapError, text: string, file: string | undefined): EbpfMapError {
  const isJson = !(cause instanceof SyntaxError);
  const place = isJson ? placeInJson(text, String(details.path ?? "")) : faultPosition(text);
  const where = file === undefined ? {} : { file };
  const said =
    file === undefined ? message : message.replace("a schema: ", `a schema: ${file}:${place.line}:${place.column}: `);
  return new EbpfMapError(code, said, { ...details, ...where, ...place }, cause);
}

/** The first layout of a file that fits a map on a kernel. */
export function findSchema(layouts: readonly SchemaLayout[], map: string, release: string): SchemaLayout | undefined {
  return layouts.find(({ map: pattern, kernel }) => fits(map, pattern) && (kernel === undefined || kernel(release)));
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw schemaError("", `no JSON: ${syntaxText(error)}`, error);
  }
}

/** The engine's sentence without the text of the file that it quotes. */
function syntaxText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, (?:\.\.\.)?".*$/s, "");
}

function readLayout(node: JsonObject): SchemaLayout {
  node.only("map", "kernel", "key", "value");
  const types = new TypeTable();
  const side = (name: "key" | "value"): CheckedType => {
    const typeId = declaredType(types, node.value(name), `${node.path}.${name}`);
    const check = constraintsOf(node.value(name), `${node.path}.${name}`);
    return { typeId, layout: possibleLayout(types, typeId, `${node.path}.${name}`), check };
  };
  return {
    map: node.text("map"),
    kernel: node.has("kernel") ? kernelRange(node.text("kernel"), `${node.path}.kernel`) : undefined,
    types,
    key: node.has("key") ? side("key") : undefined,
    value: side("value"),
  };
}

function possibleLayout(types: TypeTable, typeId: number, path: string): Layout {
  try {
    return layoutFromBtf(types, typeId);
  } catch (error) {
    if (!(error instanceof EbpfMapError)) throw error;
    throw new EbpfMapError(error.code, `read a schema: ${path}: ${error.message}`, { ...error.details, path }, error);
  }
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

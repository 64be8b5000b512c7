import { compileInteger } from "../../../codec/access/accessor.ts";
import { type Field, integerBits } from "../../../codec/access/field.ts";
import type { Renderer } from "../../render/renderer.ts";
import { type Column, type ColumnType, NO_NOTES } from "../column.ts";
import type { Filler, FillOptions } from "./filler.ts";
import { ComputedIntegers, FixedBytes, WholeValues } from "./scalars.ts";
import { RenderedTexts } from "./texts.ts";
import { Times } from "./times.ts";

/** The bytes of the length before the address of a network. */
const LENGTH_BYTES = 4;

/** Renderers whose numbers say all: only the unit is told. */
const QUANTITIES: readonly string[] = ["duration", "age", "bytes"];

/**
 * Returns the columns of a field with a renderer. A text that expresses all of the value takes its place, as in JSON,
 * and an address is there as bytes, too; a network also has its length. Another text stands beside the value.
 * Nanoseconds since boot are there as time of day. `plain` gives the columns without the renderer.
 */
export function renderedColumns(
  name: string,
  field: Field,
  renderer: Renderer,
  notes: ReadonlyMap<string, string>,
  { plain, shown, around, missing }: FillOptions & { readonly plain: () => Filler[] },
): Filler[] {
  const { layout, bitOffset } = field;
  const column = (suffix: string, type: ColumnType, nullable = false): Column => ({
    name: name + suffix,
    type,
    nullable,
    notes: suffix === "" ? notes : NO_NOTES,
  });
  const kind = layout.rendering ?? "";
  const text = renderer.compile(field, around);
  const start = Math.floor(bitOffset / 8);
  const bytes = (offset: number): Filler => {
    const size = layout.size - offset;
    return new FixedBytes(column("_bytes", { kind: "bytes", size }), size, start + offset);
  };
  if (renderer.isNumber === true) {
    const type = { kind: "int", bits: 16, signed: false } as const;
    return [new ComputedIntegers(column("", type), 2, (x, view, at) => Number(text(x, view, at)))];
  }
  const texts = (suffix: string): Filler =>
    new RenderedTexts(column(suffix, { kind: "text", isUtf8: true }), text, shown);
  if (kind === "ipv4" || kind === "ipv6" || kind === "mac") return [texts(""), bytes(0)];
  if (kind === "cidr") {
    const length = new WholeValues(column("_length", { kind: "int", bits: 32, signed: false }), 4, start);
    return [texts(""), length, bytes(LENGTH_BYTES)];
  }
  if (renderer.isLossless) return [texts("")];
  const value = plain();
  if (QUANTITIES.includes(kind)) return value;
  const read = compileInteger(field);
  if (kind !== "ktime" || read === undefined || (integerBits(field)?.width ?? 0) > 64)
    return [...value, texts("_text")];
  return [...value, new Times(column("_time", { kind: "time" }, true), read, around.bootTimeNs, missing)];
}

import { compileBool, compileFloat, compileInteger, scalarKind } from "../../codec/access/accessor.ts";
import { type Field, integerBits, isText } from "../../codec/access/field.ts";
import type { Layout } from "../../schema/layout.ts";
import { writeInteger } from "./integers.ts";

/** Reads the key or value at `at`, or those of several CPUs, and writes a result to `to`. */
export type CanonicalStep = (
  bytes: Uint8Array,
  view: DataView,
  at: number,
  out: Uint8Array,
  outView: DataView,
  to: number,
) => void;

/**
 * Copies a field so that equal values have equal bytes: zeros behind the NUL of a text, no neighbours of a bit-field,
 * and one form each of true, zero and NaN. `element` is the type of the copy.
 */
export function canonicalCopy(field: Field): { readonly element: Layout; readonly copy: CanonicalStep } {
  const { layout } = field;
  switch (scalarKind(field)) {
    case "bool": {
      const read = compileBool(field);
      return { element: whole(layout), copy: ofInteger(layout.size, (x, d, at) => Number(read(x, d, at))) };
    }
    case "float": {
      const read = compileFloat(field);
      const set = layout.size === 4 ? DataView.prototype.setFloat32 : DataView.prototype.setFloat64;
      return {
        element: layout,
        copy: (x, d, at, _out, view, to) => set.call(view, to, canonicalFloat(read?.(x, d, at) ?? 0), true),
      };
    }
    case "integer": {
      const bits = integerBits(field);
      const read = compileInteger(field);
      const isWhole = bits === undefined || (bits.start % 8 === 0 && bits.width === layout.size * 8);
      if (isWhole || read === undefined) return { element: layout, copy: bytesOf(field) };
      return { element: whole(layout), copy: ofInteger(layout.size, read) };
    }
    default:
      return { element: layout, copy: bytesOf(field) };
  }
}

/** 0 for -0, and one of the many NaNs, whose bits V8 passes on. */
function canonicalFloat(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value + 0;
}

function whole(layout: Layout): Layout {
  return layout.kind === "int" ? { ...layout, bits: layout.size * 8, bitOffset: 0 } : layout;
}

function ofInteger(size: number, read: (x: Uint8Array, d: DataView, at: number) => number | bigint): CanonicalStep {
  return (x, d, at, _out, view, to) => writeInteger(view, to, size, read(x, d, at));
}

function bytesOf({ layout, bitOffset }: Field): CanonicalStep {
  const start = Math.floor(bitOffset / 8);
  const text = isText(layout);
  return (x, _d, at, out, _view, to) => {
    for (let i = 0, ended = false; i < layout.size; i++) {
      const byte = x[at + start + i] as number;
      ended ||= text && byte === 0;
      out[to + i] = ended ? 0 : byte;
    }
  };
}

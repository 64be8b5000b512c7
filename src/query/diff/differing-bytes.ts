import type { Layout } from "../../schema/layout.ts";
import { hasSpecialFields, isSpecialField } from "../../schema/special-fields.ts";

/** Tests whether the values at `a` of `x` and at `b` of `y` differ. */
export type BytesDiffer = (x: Uint8Array, a: number, y: Uint8Array, b: number) => boolean;

/** Compares two values of a type byte by byte, padding included, without the fields that belong to the kernel. */
export function compileBytesDiffer(layout: Layout): BytesDiffer {
  if (isSpecialField(layout)) return () => false;
  if (!hasSpecialFields(layout)) return ofRange(layout.size);
  if (layout.kind === "array" && !layout.counted) {
    return ofElements(compileBytesDiffer(layout.element), layout.length, layout.element.size);
  }
  const parts = dataParts(layout).map(({ start, differ }): BytesDiffer => {
    return (x, a, y, b) => differ(x, a + start, y, b + start);
  });
  return (x, a, y, b) => parts.some((differ) => differ(x, a, y, b));
}

interface DataPart {
  /** In bytes from the start of the record. */
  readonly start: number;
  readonly differ: BytesDiffer;
}

/** A record as the ranges between its special fields, and its members that have some inside. */
function dataParts(layout: Layout): DataPart[] {
  const members = membersOf(layout)
    .filter((member) => hasSpecialFields(member.layout))
    .sort((a, b) => a.start - b.start);
  const parts: DataPart[] = [];
  let end = 0;
  for (const { start, layout: inner } of members) {
    parts.push({ start: end, differ: ofRange(start - end) }, { start, differ: compileBytesDiffer(inner) });
    end = Math.max(end, start + inner.size);
  }
  return [...parts, { start: end, differ: ofRange(layout.size - end) }];
}

function membersOf(layout: Layout): { readonly start: number; readonly layout: Layout }[] {
  if (layout.kind === "section")
    return layout.vars.map(({ offset, layout: type }) => ({ start: offset, layout: type }));
  if (layout.kind !== "struct") return [];
  return layout.fields.map(({ bitOffset, layout: type }) => ({ start: Math.floor(bitOffset / 8), layout: type }));
}

function ofRange(size: number): BytesDiffer {
  return (x, a, y, b) => {
    for (let i = 0; i < size; i++) if (x[a + i] !== y[b + i]) return true;
    return false;
  };
}

function ofElements(differ: BytesDiffer, length: number, stride: number): BytesDiffer {
  return (x, a, y, b) => {
    for (let i = 0; i < length; i++) if (differ(x, a + i * stride, y, b + i * stride)) return true;
    return false;
  };
}

import type { Field } from "../../codec/access/field.ts";
import { isLastField, lastFieldOffsets } from "../../schema/cut-value.ts";
import type { Layout } from "../../schema/layout.ts";

/**
 * The bytes that a value must have for all of these fields to be there, where values may be shorter than their type. Of
 * the array at its end only the beginning must be: it goes as far as the value does.
 */
export function neededBytes(value: Layout, fields: Iterable<Field>): number {
  const places = lastFieldOffsets(value);
  let needed = 0;
  for (const field of fields) {
    const { side, layout, bitOffset, bitfieldBits } = field;
    if (side === "key" || layout.kind === "struct" || layout.kind === "union") continue;
    const isEnd = layout.kind === "array" && isLastField(places, field);
    const bits = isEnd ? 0 : bitfieldBits || layout.size * 8;
    needed = Math.max(needed, Math.ceil((bitOffset + bits) / 8));
  }
  return needed;
}

import { typeText } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";

/** The reason why a field has no order, and what to sort by instead. */
export function noOrderText({ path, layout }: Field): string {
  if (layout.kind !== "array")
    return `\`${path}\` is \`${typeText(layout)}\`, which has no order (name one of its fields)`;
  if (layout.counted)
    return `\`${path}\` may differ between CPUs and so has no order (--per-cpu each keeps them apart)`;
  return `\`${path}\` is an array, which has no order (an element can be sorted by: ${path}[0])`;
}

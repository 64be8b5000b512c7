import { EbpfMapError } from "../../errors.ts";
import type { Layout } from "../layout.ts";
import { type Member, membersOfRecord } from "../named-fields.ts";

/** Any JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The most types and fields that one layout is written out as; more than any type of the kernel has. */
const MAX_NODES = 50_000;

/**
 * A layout as the schema file has it. Every type has `kind`, `type` (its C name) and what it takes; offsets are bytes
 * from the start of the record, but `bitOffset` and `bits` for a bit-field. Numbers past 2^53 are digits in strings.
 * Throws LAYOUT_INVALID for a layout that would be too long.
 */
export function layoutToJson(layout: Layout): Json {
  return typeToJson(layout, { left: MAX_NODES });
}

/** The number of parts that may still be written out. */
interface Budget {
  left: number;
}

function spend(budget: Budget): void {
  budget.left--;
  if (budget.left < 0)
    throw new EbpfMapError("LAYOUT_INVALID", `write out a type: it has more than ${MAX_NODES} parts`);
}

function typeToJson(layout: Layout, budget: Budget): Json {
  spend(budget);
  const { kind, size, typeName: type } = layout;
  switch (layout.kind) {
    case "int": {
      const { encoding, bits, bitOffset } = layout;
      const partial = bits === size * 8 && bitOffset === 0 ? {} : { bits, bitOffset };
      return { kind, type, size, encoding, ...(layout.isChar ? { char: true } : {}), ...partial };
    }
    case "float":
      return { kind, type, size };
    case "pointer":
      return { kind, type, size, ...(layout.isKptr === true && { kptr: true }) };
    case "enum": {
      const { signed, values } = layout;
      return {
        kind,
        type,
        size,
        signed,
        values: values.map(({ name, value }) => ({ name, value: exactNumber(value) })),
      };
    }
    case "array":
      return {
        kind,
        type,
        size,
        length: layout.length,
        ...(layout.charsDirect ? { text: true } : {}),
        element: typeToJson(layout.element, budget),
      };
    case "struct":
    case "union":
      return recordToJson(layout, membersOfRecord(layout), budget);
    case "section":
      return recordToJson({ kind: "struct", size, typeName: type }, membersOfRecord(layout), budget);
    case "opaque":
      return { kind, type, reason: layout.reason };
  }
  return layout satisfies never;
}

type RecordHead = Pick<Layout, "size" | "typeName"> & { readonly kind: "struct" | "union" };

/** Each field by the name that it alone has, so that a file can't mean one of several. */
function recordToJson({ kind, size, typeName: type }: RecordHead, members: readonly Member[], budget: Budget): Json {
  return { kind, type, size, fields: members.map((member) => fieldToJson(member, budget)) };
}

function fieldToJson({ name, field, members }: Member, budget: Budget): Json {
  const { bitOffset, bitfieldBits, layout } = field;
  const of = members === undefined ? typeToJson(layout, budget) : anonymousToJson(layout, members, budget);
  if (bitfieldBits === 0 && bitOffset % 8 === 0) return { name, offset: bitOffset / 8, of };
  return { name, bitOffset, bits: bitfieldBits, of };
}

function anonymousToJson({ size, typeName, kind }: Layout, members: readonly Member[], budget: Budget): Json {
  spend(budget);
  return recordToJson({ kind: kind === "union" ? "union" : "struct", size, typeName }, members, budget);
}

/** A number where that is exact, else its digits. */
export function exactNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

import type { BtfType } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";

/** Types that can be asked for by name: a parsed BTF is one. */
export interface NamedTypes {
  type(id: number): BtfType;
  idsByName(name: string): readonly number[];
}

/** What C writes before the name of a type that has one. */
const KEYWORDS: Readonly<Record<string, readonly BtfType["kind"][]>> = {
  struct: ["struct"],
  union: ["union"],
  enum: ["enum", "enum64"],
};

/** Without a keyword C means these; structs and the like are found, too, if nothing else has the name. */
const PLAIN: readonly BtfType["kind"][] = ["typedef", "int", "float"];

/**
 * The id of the type that C calls so: `struct event`, `enum kind`, `event_t`, `unsigned int`; also `event` alone for a
 * struct. Undefined where there is none. Throws USAGE for what is no name of a type.
 */
export function typeIdByName(types: NamedTypes, text: string): number | undefined {
  const words = text.trim().split(/\s+/);
  const [first = "", second] = words;
  const kinds = KEYWORDS[first];
  if (kinds !== undefined) {
    if (second === undefined || words.length > 2) throw badName(text);
    return firstOfKind(types, second, kinds);
  }
  const name = words.join(" ");
  if (name === "") throw badName(text);
  return firstOfKind(types, name, PLAIN) ?? firstOfKind(types, name, Object.values(KEYWORDS).flat());
}

function firstOfKind(types: NamedTypes, name: string, kinds: readonly BtfType["kind"][]): number | undefined {
  return types.idsByName(name).find((id) => kinds.includes(types.type(id).kind));
}

function badName(text: string): EbpfMapError {
  return new EbpfMapError("USAGE", `'${text}' is no name of a type (such as 'struct event' or event_t)`);
}

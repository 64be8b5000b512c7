import { typeName } from "../btf/type-name.ts";
import type { BtfType, SearchableTypes } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";
import { nearest } from "../nearest.ts";

/** The keywords that C writes before the name of a type, and the kinds of types that they name. */
const KEYWORDS: Readonly<Record<string, readonly BtfType["kind"][]>> = {
  struct: ["struct"],
  union: ["union"],
  enum: ["enum", "enum64"],
};

/** The kinds that C names without a keyword. */
const PLAIN: readonly BtfType["kind"][] = ["typedef", "int", "float"];

const TAGGED: readonly BtfType["kind"][] = Object.values(KEYWORDS).flat();

/**
 * The id of the type with this name: `struct event`, `event_t`, `unsigned int`, and names of other languages as the BTF
 * has them: `Stat<u64>`, `main.Val`. The keyword may be left out where only one kind of type has the name. Undefined
 * where there is none. Throws TYPE_INVALID where several kinds have the name, and USAGE for what is no name of a type.
 */
export function typeIdByName(types: SearchableTypes, text: string): number | undefined {
  const { keyword, name } = partsOf(text);
  if (name === "")
    throw new EbpfMapError("USAGE", `'${text}' is no name of a type (such as 'struct event' or event_t)`);
  const kinds = KEYWORDS[keyword];
  if (kinds !== undefined) return firstOfKind(types, name, kinds);
  return firstOfKind(types, name, PLAIN) ?? onlyTagged(types, name);
}

/** The id of the only struct, union or enum with this name. Throws TYPE_INVALID where several kinds have it. */
export function onlyTagged(types: SearchableTypes, name: string): number | undefined {
  const found = Object.entries(KEYWORDS).flatMap(([keyword, kinds]) => {
    const id = firstOfKind(types, name, kinds);
    return id === undefined ? [] : [{ keyword, id }];
  });
  if (found.length < 2) return found[0]?.id;
  const names = found.map(({ keyword }) => `'${keyword} ${name}'`).join(" and ");
  throw new EbpfMapError("TYPE_INVALID", `the type '${name}' is ambiguous: there is ${names}`, { name });
}

/** The first type of this name and one of these kinds. */
function firstOfKind(types: SearchableTypes, name: string, kinds: readonly BtfType["kind"][]): number | undefined {
  return types.idsByName(name).find((id) => kinds.includes(types.type(id).kind));
}

/** ``; did you mean `struct event`?`` for a name that is near to one of the types; "" where none is. */
export function typeSuggestion(types: SearchableTypes, text: string): string {
  const { name } = partsOf(text);
  const ids = new Map<string, number>();
  for (const known of types.names()) {
    if (PLAIN.includes(known.kind) || TAGGED.includes(known.kind)) ids.set(known.name, known.id);
  }
  const id = ids.get(name) ?? ids.get(nearest(name, ids.keys()) ?? "");
  return id === undefined ? "" : `; did you mean \`${typeName(types, id)}\`?`;
}

/** Spaces around words of C mean nothing, and nobody can see their number; in other names they are kept. */
function partsOf(text: string): { keyword: string; name: string } {
  const trimmed = text.trim();
  const match = /^(struct|union|enum)(?:\s+(\S.*))?$/s.exec(trimmed);
  const name = match === null ? trimmed : (match[2] ?? "");
  const isC = /^[\w\s]*$/.test(name);
  return { keyword: match?.[1] ?? "", name: isC ? name.split(/\s+/).join(" ") : name };
}

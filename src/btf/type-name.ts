import { declare, isTagged, keyword, type TaggedType } from "./c-declarator.ts";
import type { TypeSource } from "./types.ts";

/** The most types that one name is made of. What is more reads `...`. */
const MAX_STEPS = 256;

/**
 * The C spelling of a type as a declaration has it: `u32`, `struct conn_key`, `const char *`, `int[4]`; "" for an
 * anonymous struct, union or enum. Names are as in the BTF, whatever they contain.
 */
export function typeName(source: TypeSource, id: number): string {
  const type = source.type(id);
  if (isTagged(type) && type.name === "") return "";
  const anonymous = (tagged: TaggedType): string => `${keyword(tagged)} {...}`;
  const name = (text: string): string => text;
  return declare({ source, name, anonymous, paramNames: false, budget: { left: MAX_STEPS }, depth: 0 }, id, "");
}

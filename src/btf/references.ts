import type { BtfType } from "./types.ts";

/** The same type with each id that it refers to replaced. */
export function withReferences(type: BtfType, replace: (id: number) => number): BtfType {
  switch (type.kind) {
    case "void":
    case "int":
    case "enum":
    case "enum64":
    case "fwd":
    case "float":
    case "unknown":
      return type;
    case "ptr":
    case "typedef":
    case "volatile":
    case "const":
    case "restrict":
    case "func":
    case "var":
    case "decl_tag":
    case "type_tag":
      return { ...type, type: replace(type.type) };
    case "array":
      return { ...type, type: replace(type.type), indexType: replace(type.indexType) };
    case "struct":
    case "union":
      return { ...type, members: replaced(type.members, replace) };
    case "func_proto":
      return { ...type, type: replace(type.type), params: replaced(type.params, replace) };
    case "datasec":
      return { ...type, vars: replaced(type.vars, replace) };
  }
  return type satisfies never;
}

function replaced<T extends { readonly type: number }>(items: readonly T[], replace: (id: number) => number): T[] {
  return items.map((item) => ({ ...item, type: replace(item.type) }));
}

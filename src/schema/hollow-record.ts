import { typeName } from "../btf/type-name.ts";
import type { BtfType, TypeSource } from "../btf/types.ts";

type RecordType = BtfType & { readonly kind: "struct" | "union" };

/**
 * The C name of a struct or union that is part of a type and has bytes but no members, as a distilled base has them;
 * undefined where there is none. Nothing of such a record can be shown. A variant of a Rust enum that has no data is
 * none.
 */
export function hollowRecord(types: TypeSource, id: number): string | undefined {
  const seen = new Set<number>();
  const todo = [id];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const type = types.type(at);
    switch (type.kind) {
      case "struct":
      case "union":
        if (type.size > 0 && type.members.length === 0) return typeName(types, at);
        for (const member of type.members) {
          if (!isVariantWithoutData(types, type, member.type)) todo.push(member.type);
        }
        break;
      case "array":
      case "typedef":
      case "const":
      case "volatile":
      case "restrict":
      case "type_tag":
        todo.push(type.type);
        break;
      default:
        break;
    }
  }
  return undefined;
}

/**
 * Tells whether a member is a variant without data of a Rust enum: the compiler writes a union of structs, one for each
 * variant, all of the enum's size.
 */
function isVariantWithoutData(types: TypeSource, { kind, size, members }: RecordType, id: number): boolean {
  const type = types.type(id);
  if (kind !== "union" || type.kind !== "struct" || type.members.length > 0) return false;
  const sizes = members.flatMap((member) => {
    const record = types.type(member.type);
    return record.kind === "struct" ? [record.size] : [];
  });
  return sizes.length > 1 && sizes.every((one) => one === size);
}

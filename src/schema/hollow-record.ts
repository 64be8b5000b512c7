import { typeName } from "../btf/type-name.ts";
import type { TypeSource } from "../btf/types.ts";

/**
 * The C name of a struct or union that is part of a type and has bytes but no members, as a distilled base has them;
 * undefined where there is none. Nothing of such a record can be shown.
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
        todo.push(...type.members.map((member) => member.type));
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

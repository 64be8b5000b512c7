import type { BtfType, TypeSource } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";

/**
 * The types that a reader needs to decode values of the types `roots`, under their ids.
 *
 * Whatever a value holds is kept as it is: members, elements, variables, and what modifiers and typedefs stand for. A
 * pointer is a number to a reader, so what it points to only has to have a name: behind a pointer, structs and unions
 * become forward declarations, which is where the way through a kernel's types would otherwise never end. A type that
 * is needed both ways is kept whole. An id that the BTF doesn't have, or whose type is malformed, is left out: the
 * reader of the snapshot gets the same BTF_INVALID for it as a reader of the map. Void (id 0) needs no entry.
 */
export function reachableTypes(source: TypeSource, roots: readonly number[]): ReadonlyMap<number, BtfType> {
  const found = new Map<number, BtfType>();
  const pointees: number[] = [];
  visit(source, roots, found, (type, todo) => {
    pushHeld(type, todo);
    pushNamed(type, pointees);
    return type;
  });
  visit(source, pointees, found, (type, todo) => {
    const name = nameOnly(type);
    pushHeld(name, todo);
    pushNamed(name, todo);
    return name;
  });
  keepTags(source, found);
  return found;
}

/** Declaration tags on types that are kept whole. They have ids of their own, which nothing refers to. */
function keepTags(source: TypeSource, found: Map<number, BtfType>): void {
  for (const [id, tag] of source.declTags?.() ?? []) {
    const target = found.get(tag.type);
    if (target !== undefined && target.kind !== "fwd") found.set(id, tag);
  }
}

/** Visits each type once. `keep` gives the form in which it is kept, and adds to `todo` what else that form needs. */
function visit(
  source: TypeSource,
  ids: readonly number[],
  found: Map<number, BtfType>,
  keep: (type: BtfType, todo: number[]) => BtfType,
): void {
  const todo = [...ids];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (id === 0 || found.has(id)) continue;
    const type = typeIfValid(source, id);
    if (type !== undefined) found.set(id, keep(type, todo));
  }
}

function typeIfValid(source: TypeSource, id: number): BtfType | undefined {
  try {
    return source.type(id);
  } catch (error) {
    if (error instanceof EbpfMapError && error.code === "BTF_INVALID") return undefined;
    throw error;
  }
}

function nameOnly(type: BtfType): BtfType {
  if (type.kind !== "struct" && type.kind !== "union") return type;
  return { kind: "fwd", name: type.name, union: type.kind === "union" };
}

/** The types whose bytes are part of this one's. */
function pushHeld(type: BtfType, ids: number[]): void {
  switch (type.kind) {
    case "array":
    case "typedef":
    case "volatile":
    case "const":
    case "restrict":
    case "type_tag":
    case "var":
      ids.push(type.type);
      return;
    case "struct":
    case "union":
      for (const member of type.members) ids.push(member.type);
      return;
    case "datasec":
      for (const variable of type.vars) ids.push(variable.type);
      return;
    default:
      return;
  }
}

/** The types that this one only refers to. */
function pushNamed(type: BtfType, ids: number[]): void {
  switch (type.kind) {
    case "array":
      ids.push(type.indexType);
      return;
    case "ptr":
    case "func":
    case "decl_tag":
      ids.push(type.type);
      return;
    case "func_proto":
      ids.push(type.type);
      for (const param of type.params) ids.push(param.type);
      return;
    default:
      return;
  }
}

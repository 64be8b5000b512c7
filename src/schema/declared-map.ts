import { resolveModifiers } from "../btf/resolve.ts";
import type { BaseTypes } from "./type-table.ts";

/** How much of a map's name the kernel keeps. */
const KEPT_NAME = 15;

/** The section in which programs declare their maps, as libbpf reads it. */
const MAPS_SECTION = ".maps";

/** Type ids of a map's key and value as its program declares them; undefined for a side that has only a size. */
export interface DeclaredMap {
  readonly key: number | undefined;
  readonly value: number | undefined;
}

/**
 * The declaration of a map in the BTF of the object that its program came from: `__type(key, …)` and `__type(value, …)`
 * of a variable in `.maps`. Undefined where there is none, or where several fit because the kernel has cut the name.
 * Sections of global data have no size in an object file before it is loaded, so they are not looked for.
 */
export function findDeclaredMap(btf: BaseTypes, mapName: string): DeclaredMap | undefined {
  const found = variablesOfMaps(btf).filter(({ name }) => name === mapName || isCut(name, mapName));
  const [variable, another] = found;
  return variable === undefined || another !== undefined ? undefined : declarationOf(btf, variable.type);
}

function isCut(name: string, mapName: string): boolean {
  return mapName.length === KEPT_NAME && name.startsWith(mapName);
}

function variablesOfMaps(btf: BaseTypes): { name: string; type: number }[] {
  return sections(btf, MAPS_SECTION).flatMap((section) =>
    section.vars.flatMap(({ type }) => {
      const variable = btf.type(type);
      return variable.kind === "var" ? [{ name: variable.name, type: variable.type }] : [];
    }),
  );
}

/** Members of a map's definition are pointers to the types that are meant. */
function declarationOf(btf: BaseTypes, id: number): DeclaredMap | undefined {
  const definition = btf.type(resolveModifiers(btf, id));
  if (definition.kind !== "struct") return undefined;
  const target = (name: string): number | undefined => {
    const member = definition.members.find((one) => one.name === name);
    const pointer = member === undefined ? undefined : btf.type(member.type);
    return pointer?.kind === "ptr" ? pointer.type : undefined;
  };
  return { key: target("key"), value: target("value") };
}

function sections(btf: BaseTypes, name: string) {
  return btf.idsByName(name).flatMap((id) => {
    const type = btf.type(id);
    return type.kind === "datasec" ? [type] : [];
  });
}

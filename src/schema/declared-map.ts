import { ifValid } from "../btf/invalid.ts";
import { resolveModifiers, sizeOf } from "../btf/resolve.ts";
import type { BtfType, SearchableTypes } from "../btf/types.ts";

/** The sections in which programs declare their maps: by types, and in the old form that has only sizes. */
const MAPS_SECTION = ".maps";
const OLD_MAPS_SECTION = "maps";

/** The struct by which old programs annotate such a map: its two members have the types of key and value. */
const ANNOTATION = "____btf_map_";

/** The most structs that wrap a definition; Rust's have two. */
const MAX_WRAPPERS = 8;

/** A map as its program declares it: `__type(key, …)` gives a type, `__uint(key_size, …)` only a size. */
export interface DeclaredMap {
  /** The variable's name; "" for the template of an inner map. */
  readonly name: string;
  /** Type ids; undefined for a key or value of which only the size is known. */
  readonly key: number | undefined;
  readonly value: number | undefined;
  /** Bytes; undefined where nothing is said. */
  readonly keySize: number | undefined;
  readonly valueSize: number | undefined;
  /** The number of the map's type, undefined where nothing is said. */
  readonly mapType: number | undefined;
  /** The template of the maps in a map of maps: `__array(values, …)`. */
  readonly inner: DeclaredMap | undefined;
  /** It is a section of global data, whose map has one value and no keys to show. */
  readonly isData?: true;
}

/** All maps that the object declares, in the order of its sections. */
export function declaredMaps(btf: SearchableTypes): DeclaredMap[] {
  const own = variablesOf(btf, MAPS_SECTION).map(({ name, type }) => declaration(btf, name, type));
  return [...own, ...variablesOf(btf, OLD_MAPS_SECTION).map(({ name }) => annotated(btf, name))];
}

/** The sections that become maps: `.data`, `.rodata.str1.1`. */
const DATA_SECTION = /^\.(?:data|rodata|bss|kconfig)(?:\..*)?$/;

/** The sections of global data that have sizes, as the maps that they become. */
export function dataSections(btf: SearchableTypes): DeclaredMap[] {
  const sections: DeclaredMap[] = [];
  for (const { id, name, kind } of btf.names()) {
    if (kind !== "datasec" || !DATA_SECTION.test(name)) continue;
    const valueSize = knownSize(btf, id) ?? 0;
    if (valueSize === 0) continue;
    const sizes = { keySize: 4, valueSize, mapType: undefined };
    sections.push({ name, key: undefined, value: id, ...sizes, inner: undefined, isData: true });
  }
  return sections;
}

interface Variable {
  readonly name: string;
  readonly type: number;
}

function variablesOf(btf: SearchableTypes, section: string): Variable[] {
  return btf.idsByName(section).flatMap((id) => {
    const type = btf.type(id);
    if (type.kind !== "datasec") return [];
    return type.vars.flatMap((one) => {
      const variable = btf.type(one.type);
      return variable.kind === "var" ? [{ name: variable.name, type: variable.type }] : [];
    });
  });
}

/**
 * Each member of a definition is a pointer: to the type that is meant, or to an array of as many elements as the
 * number.
 */
function declaration(btf: SearchableTypes, name: string, type: number, depth = 0): DeclaredMap {
  const members = new Map(definitionMembers(btf, type).map((member) => [member.name, member.type]));
  const target = (member: string): number | undefined => pointee(btf, members.get(member));
  const number = (member: string): number | undefined => {
    const array = typeOf(btf, target(member));
    return array?.kind === "array" ? array.nelems : undefined;
  };
  const [key, value, template] = [target("key"), target("value"), depth === 0 ? elementOf(btf, members) : undefined];
  return {
    name,
    key,
    value,
    keySize: knownSize(btf, key) ?? number("key_size"),
    valueSize: knownSize(btf, value) ?? number("value_size"),
    mapType: number("type"),
    inner: template === undefined ? undefined : declaration(btf, "", template, depth + 1),
  };
}

/** The struct that `__array(values, …)` names, if it is one: programs of a prog_array are declared by it, too. */
function elementOf(btf: SearchableTypes, members: ReadonlyMap<string, number>): number | undefined {
  const array = typeOf(btf, members.get("values"));
  const element = array?.kind === "array" ? pointee(btf, array.type) : undefined;
  return typeOf(btf, element)?.kind === "struct" ? element : undefined;
}

/** A declaration of sizes alone; its numbers are in the section's bytes, not in the BTF. */
function annotated(btf: SearchableTypes, name: string): DeclaredMap {
  const [annotation] = btf.idsByName(ANNOTATION + name).flatMap((id) => {
    const type = btf.type(id);
    return type.kind === "struct" ? [type.members.map((member) => member.type)] : [];
  });
  const [key, value] = annotation ?? [];
  const sizes = { keySize: knownSize(btf, key), valueSize: knownSize(btf, value) };
  return { name, key, value, ...sizes, mapType: undefined, inner: undefined };
}

/** The members of a map's definition, which Rust wraps: `HashMap { __0: UnsafeCell { value: HashMapDef { … } } }`. */
function definitionMembers(btf: SearchableTypes, id: number) {
  const type = typeOf(btf, unwrapped(btf, id, ["struct"]));
  return type?.kind === "struct" ? type.members : [];
}

function pointee(btf: SearchableTypes, id: number | undefined): number | undefined {
  const pointer = id === undefined ? undefined : typeOf(btf, unwrapped(btf, id, ["struct", "ptr"]));
  return pointer?.kind === "ptr" ? pointer.type : undefined;
}

/** The type of these kinds that structs wrap whose only member with bytes stands at the start. */
function unwrapped(btf: SearchableTypes, id: number, kinds: readonly BtfType["kind"][]): number {
  let at = id;
  for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
    const type = typeOf(btf, at);
    if (type?.kind !== "struct") return at;
    const [only, another] = type.members.filter((member) => knownSize(btf, member.type) !== 0);
    if (only === undefined || another !== undefined || only.bitOffset !== 0 || only.bitfieldSize > 0) return at;
    if (!kinds.includes(typeOf(btf, only.type)?.kind ?? "void")) return at;
    at = only.type;
  }
  return at;
}

function typeOf(btf: SearchableTypes, id: number | undefined): BtfType | undefined {
  return id === undefined ? undefined : ifValid(() => btf.type(resolveModifiers(btf, id)));
}

function knownSize(btf: SearchableTypes, id: number | undefined): number | undefined {
  return id === undefined ? undefined : ifValid(() => sizeOf(btf, id));
}

import { ifValid } from "../btf/invalid.ts";
import { sizeOf } from "../btf/resolve.ts";
import type { SearchableTypes, TypeSource } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { declareType } from "./c/declaration.ts";
import { type DeclaredMap, dataSections, declaredMaps } from "./declared-map.ts";
import { hollowRecord } from "./hollow-record.ts";
import { TypeTable } from "./type-table.ts";

/**
 * The types that a user gives a map: a BTF to look names up in, and a name or C declaration for the key and the value.
 */
export interface GivenTypes {
  readonly btf: SearchableTypes | undefined;
  /** The name under which the BTF declares the map, where that isn't clear from the map itself. */
  readonly declaration?: string | undefined;
  readonly key: string | undefined;
  readonly value: string | undefined;
}

/** The map that types must fit. */
export interface TypedMap {
  readonly label: string;
  /** The kernel's name: cut to 15 characters. */
  readonly name: string;
  /** The file name of the map's pin, if it was opened by that: libbpf pins maps under their whole names. */
  readonly pin?: string | undefined;
  /** The number of the map's type. */
  readonly type?: number | undefined;
  readonly keySize: number;
  readonly valueSize: number;
  /** Values are ids of maps or programs, whatever the BTF says. */
  readonly holdsIds?: boolean | undefined;
}

/** Type ids of keys and values. A key of 0 is a map without keys. */
export interface EntryTypeIds {
  readonly keyTypeId: number;
  readonly valueTypeId: number;
}

/** Returns the types of a map that stands in another one, by the sizes of its keys and values. */
export type InnerTypes = (sizes: { readonly keySize: number; readonly valueSize: number }) => EntryTypeIds;

/** Types for the keys and values of a map. */
export interface KeyValueTypes extends EntryTypeIds {
  readonly types: TypeSource;
  /** Types for the maps in a map of maps, where its declaration has them. */
  readonly inner?: InnerTypes;
  /**
   * The reason why entries are shown as bytes although the BTF declares the map, or how it was found without a name.
   */
  readonly note?: string;
}

/** The number of characters of a map's name that the kernel keeps. */
const KEPT_NAME = 15;
/** The most declared maps that a message lists. */
const SHOWN_MAPS = 8;
const CURE = "--key-type and --value-type name them";

/**
 * Returns the types that are meant for a map. A key or value without a given type gets the type of the map's
 * declaration in the BTF, or else is an array of bytes. Throws TYPE_INVALID for a type or declaration that can't be
 * read or found, or is ambiguous, and LAYOUT_INVALID with both sizes for a type of another size than the map's.
 */
export function givenTypes(given: GivenTypes, map: TypedMap): KeyValueTypes {
  const table = new TypeTable(given.btf);
  const declared = given.btf === undefined ? undefined : findDeclaration(given.btf, given, map);
  const keyTypeId = sideType(table, given.key, declared?.isData ? 0 : declared?.key, map.keySize);
  const value = map.holdsIds === true ? undefined : declared?.value;
  const valueTypeId =
    given.value === undefined && map.holdsIds === true
      ? declareType(table, "unsigned int")
      : sideType(table, given.value, value, map.valueSize);
  if (keyTypeId !== 0 || given.key !== undefined) checkSize(table, keyTypeId, { map, side: "key", size: map.keySize });
  checkSize(table, valueTypeId, { map, side: "value", size: map.valueSize });
  const untyped = declared === undefined ? undefined : untypedNote(declared, given, map);
  const note =
    untyped ??
    hollowNote(table, [keyTypeId, valueTypeId]) ??
    fittingNote(declared, given, map) ??
    innerNote(table, declared?.inner);
  const inner = declared?.inner === undefined ? undefined : innerTypes(table, declared.inner);
  return {
    types: table,
    keyTypeId,
    valueTypeId,
    ...(inner === undefined ? {} : { inner }),
    ...(note === undefined ? {} : { note }),
  };
}

function sideType(table: TypeTable, text: string | undefined, known: number | undefined, size: number): number {
  if (text === undefined) return known ?? (size === 0 ? 0 : bytesType(table, size));
  const id = declareType(table, text);
  return namesake(table, id, size) ?? id;
}

/** The first type with this one's name and kind that has the map's size: programs of several files may have several. */
function namesake(table: TypeTable, id: number, size: number): number | undefined {
  const type = table.type(id);
  if (table.base === undefined || !("name" in type) || !("size" in type) || type.size === size) return undefined;
  return table.base.idsByName(type.name).find((other) => {
    const candidate = table.type(other);
    return candidate.kind === type.kind && "size" in candidate && candidate.size === size;
  });
}

/**
 * The declaration that is meant: the one that the user names; else, of those that the kernel's name may stand for, the
 * one that fits by its sizes and type, has the name of the pin, or has exactly the kernel's name; for a map without a
 * name the one that fits. Undefined where the types are named and no declaration is needed.
 */
function findDeclaration(btf: SearchableTypes, given: GivenTypes, map: TypedMap): DeclaredMap | undefined {
  const all = [...declaredMaps(btf), ...(mayBeData(given, map) ? dataSections(btf) : [])];
  const { declaration } = given;
  if (declaration !== undefined) return namedDeclaration(all, declaration, map);
  const [first, ...others] = candidates(all, map);
  const isNamed = given.key !== undefined || given.value !== undefined;
  if (first === undefined) {
    if (isNamed) return undefined;
    throw noDeclaration(all, map);
  }
  const isSame = others.every(({ key, value }) => key === first.key && value === first.value);
  if (isSame) return first;
  if (isNamed) return undefined;
  const names = [first, ...others].map(({ name }) => name).join(", ");
  throw new EbpfMapError(
    "TYPE_INVALID",
    `find the types of ${map.label}: the BTF declares several maps that it may be: ${names} (--btf FILE:NAME names one)`,
    { name: map.name },
  );
}

function candidates(all: readonly DeclaredMap[], map: TypedMap): readonly DeclaredMap[] {
  const byName = all.filter((one) => one.name === map.name || isCut(one.name, map.name) || isData(one, map.name));
  const byPin = byName.length > 0 || map.pin === undefined ? byName : all.filter(({ name }) => name === map.pin);
  const named = byPin.length > 0 || map.name !== "" ? byPin : all.filter((declared) => hasSizes(declared, map));
  const tests: readonly ((declared: DeclaredMap) => boolean)[] = [
    (declared) => fitsSizes(declared, map),
    ({ mapType }) => mapType === undefined || mapType === map.type,
    ({ name }) => name === map.pin,
    ({ name }) => name === map.name,
  ];
  return tests.reduce<readonly DeclaredMap[]>((left, isMeant) => {
    const meant = left.filter(isMeant);
    return meant.length === 0 ? left : meant;
  }, named);
}

/** Only for these the whole BTF is searched, which may be a kernel's. */
function mayBeData({ declaration }: GivenTypes, { name, keySize }: TypedMap): boolean {
  return keySize === 4 && (declaration ?? name).includes(".");
}

/**
 * The map of `.bss` is called `prog.bss`: what loads the object puts the beginning of its name before the section's.
 */
function isData({ name, isData: ofData }: DeclaredMap, mapName: string): boolean {
  return ofData === true && mapName.endsWith(name);
}

function isCut(name: string, mapName: string): boolean {
  return mapName.length === KEPT_NAME && name.startsWith(mapName);
}

function fitsSizes({ keySize, valueSize }: DeclaredMap, map: TypedMap): boolean {
  const isKey = keySize === undefined || keySize === map.keySize;
  return isKey && (valueSize === undefined || valueSize === map.valueSize || map.holdsIds === true);
}

/** Sizes are all that a map without a name can be told by. */
function hasSizes({ keySize, valueSize }: DeclaredMap, map: TypedMap): boolean {
  return keySize === map.keySize && (valueSize === map.valueSize || map.holdsIds === true);
}

function namedDeclaration(all: readonly DeclaredMap[], wanted: string, map: TypedMap): DeclaredMap {
  const found = all.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name);
  const near = nearest(wanted, names);
  const hint = near === undefined ? listOf(names) : `; did you mean \`${near}\`?`;
  throw new EbpfMapError("TYPE_INVALID", `find the types of ${map.label}: the BTF declares no map '${wanted}'${hint}`, {
    name: wanted,
  });
}

function noDeclaration(all: readonly DeclaredMap[], map: TypedMap): EbpfMapError {
  const hint =
    all.length === 0 ? "" : `${listOf(all.map(({ name }) => name)).slice(0, -1)}; --btf FILE:NAME names one; `;
  const cure = hint === "" ? ` (${CURE})` : `${hint}${CURE})`;
  const message = `find the types of ${map.label}: the BTF declares no map of its name${cure}`;
  return new EbpfMapError("TYPE_INVALID", message, { name: map.name });
}

function listOf(names: readonly string[]): string {
  if (names.length === 0) return " (it declares none)";
  const more = names.length > SHOWN_MAPS ? ` and ${names.length - SHOWN_MAPS} more` : "";
  return ` (it declares ${names.slice(0, SHOWN_MAPS).join(", ")}${more})`;
}

/** A declaration that was taken for its sizes may be another map's. */
function fittingNote(declared: DeclaredMap | undefined, given: GivenTypes, map: TypedMap): string | undefined {
  if (declared === undefined || map.name !== "" || given.declaration !== undefined || map.pin !== undefined)
    return undefined;
  const sizes = `keys of ${map.keySize} and values of ${map.valueSize} bytes`;
  return `it has no name; these are the types of '${declared.name}', which the BTF declares with ${sizes} (--btf FILE:NAME names another)`;
}

/** A declaration of sizes alone must not look like one of bytes. */
function untypedNote(declared: DeclaredMap, given: GivenTypes, map: TypedMap): string | undefined {
  const isKey = given.key === undefined && declared.key === undefined && map.keySize > 0 && !declared.isData;
  const isValue = given.value === undefined && declared.value === undefined && map.holdsIds !== true;
  if (!isKey && !isValue) return undefined;
  const what = isKey && isValue ? "keys and values" : isKey ? "keys" : "values";
  return `the BTF declares '${declared.name}' without a type for its ${what}, which are shown as bytes (${CURE})`;
}

/** A record that is shown without its members must not look like one that has none. */
function hollowNote(table: TypeTable, ids: readonly number[]): string | undefined {
  const hollow = ids.map((id) => ifValid(() => hollowRecord(table, id))).find((name) => name !== undefined);
  if (hollow === undefined) return undefined;
  return `the BTF has ${hollow || "a struct"} without its members, which are not shown (--btf-base FILE names the kernel's BTF, which has them)`;
}

/**
 * The types of maps that stand in the map, by their sizes. A type of another size, and one that the BTF has by its name
 * alone, as compilers write the structs of inner maps, becomes bytes.
 */
function innerTypes(table: TypeTable, { key, value }: DeclaredMap): InnerTypes | undefined {
  if (key === undefined && value === undefined) return undefined;
  const side = (id: number | undefined, size: number): number => {
    if (size === 0) return 0;
    return id !== undefined && ifValid(() => sizeOf(table, id)) === size ? id : bytesType(table, size);
  };
  return ({ keySize, valueSize }) => ({ keyTypeId: side(key, keySize), valueTypeId: side(value, valueSize) });
}

/** A struct of inner maps that is shown as bytes must not look like bytes. */
function innerNote(table: TypeTable, inner: DeclaredMap | undefined): string | undefined {
  const names = [inner?.key, inner?.value].flatMap((id) => {
    const type = id === undefined ? undefined : table.type(id);
    return type?.kind === "fwd" ? [`${type.union ? "union" : "struct"} ${type.name}`] : [];
  });
  if (names.length === 0) return undefined;
  return `of the maps in it, the BTF has ${names.join(" and ")} by name alone: they are shown as bytes`;
}

/** Arrays of bytes that were declared in a table, by their sizes: a table may be used again and again. */
const declaredBytes = new WeakMap<TypeTable, Map<number, number>>();

/** The id of an array of so many bytes. */
export function bytesType(table: TypeTable, size: number): number {
  const known = declaredBytes.get(table) ?? new Map<number, number>();
  declaredBytes.set(table, known);
  const id = known.get(size) ?? declareType(table, `u8[${size}]`);
  known.set(size, id);
  return id;
}

function checkSize(
  types: TypeSource,
  id: number,
  { map, side, size }: { map: TypedMap; side: string; size: number },
): void {
  const { kind } = types.type(id);
  if (kind === "void" || kind === "fwd") {
    throw new EbpfMapError(
      "TYPE_INVALID",
      `read the ${side} type of ${map.label}: ${kind === "void" ? "void" : "a forward declaration"} has no bytes`,
    );
  }
  const typeSize = sizeOf(types, id);
  if (typeSize === size) return;
  const message = `read ${map.label}: the ${side} type has ${typeSize} bytes, the map's ${side}s have ${size}`;
  throw new EbpfMapError("LAYOUT_INVALID", message, { typeSize, size });
}

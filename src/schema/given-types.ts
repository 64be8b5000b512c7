import { sizeOf } from "../btf/resolve.ts";
import type { TypeSource } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";
import { declareType } from "./c/declaration.ts";
import { findDeclaredMap } from "./declared-map.ts";
import { type BaseTypes, TypeTable } from "./type-table.ts";

/** What somebody says of a map's types: a BTF to look names up in, and a name or C declaration for each side. */
export interface GivenTypes {
  readonly btf: BaseTypes | undefined;
  readonly key: string | undefined;
  readonly value: string | undefined;
}

/** What the types must fit: the map's name, or a part of it, and the bytes of its keys and values. */
export interface TypedMap {
  readonly label: string;
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
}

/** Types for the keys and values of a map. An id of 0 is a map without keys. */
export interface SideTypes {
  readonly types: TypeSource;
  readonly keyTypeId: number;
  readonly valueTypeId: number;
}

/**
 * The types that are meant for a map. A side that nothing is said of has the type that the BTF's own declaration of the
 * map gives it, or else is an array of bytes. Throws TYPE_INVALID for a type that can't be read or found, and
 * LAYOUT_INVALID with both numbers for one that has not as many bytes as the map.
 */
export function givenTypes(given: GivenTypes, map: TypedMap): SideTypes {
  const table = new TypeTable(given.btf);
  const declared = given.btf === undefined ? undefined : findDeclaredMap(given.btf, map.name);
  if (given.key === undefined && given.value === undefined && declared === undefined) {
    const message = `find the types of ${map.label}: the BTF declares no map of its name (--key-type and --value-type name them)`;
    throw new EbpfMapError("TYPE_INVALID", message, { name: map.name });
  }
  const side = (text: string | undefined, known: number | undefined, size: number): number => {
    if (text !== undefined) return declareType(table, text);
    return known ?? (size === 0 ? 0 : bytesType(table, size));
  };
  const keyTypeId = side(given.key, declared?.key, map.keySize);
  const valueTypeId = side(given.value, declared?.value, map.valueSize);
  if (keyTypeId !== 0 || given.key !== undefined) checkSize(table, keyTypeId, { map, side: "key", size: map.keySize });
  checkSize(table, valueTypeId, { map, side: "value", size: map.valueSize });
  return { types: table, keyTypeId, valueTypeId };
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

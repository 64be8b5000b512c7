import { readFileSync } from "node:fs";
import { loadBtf } from "../btf/load.ts";
import type { Btf } from "../btf/parse.ts";
import { EbpfMapError } from "../errors.ts";
import type { MapSource } from "../reader/map-source.ts";
import { withTypes } from "../reader/with-types.ts";
import { givenTypes } from "../schema/given-types.ts";

/** Types that are used in place of a map's own, or because it has none. */
export interface TypeOptions {
  /** Raw BTF, or an ELF object with it, as a path or as bytes: for names, and for what it says of a map of this name. */
  readonly btf?: string | Uint8Array | undefined;
  /** The key's type: a name, or a declaration in C. */
  readonly key?: string | undefined;
  /** The value's type: a name, or a declaration in C. */
  readonly value?: string | undefined;
}

/**
 * The map with other types. Without a BTF names are looked up in the map's own, if it can be had. Throws FILE,
 * BTF_INVALID, TYPE_INVALID, or LAYOUT_INVALID for a type that has not as many bytes as the map's keys or values.
 */
export function withGivenTypes(map: MapSource, { btf, key, value }: TypeOptions): MapSource {
  const { keySize, valueSize } = map.shape;
  const given = { btf: btf === undefined ? ownBtf(map) : readBtf(btf), key, value };
  const types = givenTypes(given, { label: map.label, name: map.info.name, keySize, valueSize });
  return withTypes(map, { state: "known", ...types });
}

/** Reads BTF from a raw file or an ELF object. Throws FILE or BTF_INVALID. */
export function readBtf(from: string | Uint8Array): Btf {
  if (typeof from !== "string") return loadBtf(from);
  return loadBtf(readBytes(from), { what: `BTF in ${from}` });
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EbpfMapError("FILE", `read BTF from ${path}: ${reason}`, { path }, error);
  }
}

/** The map's own BTF, for names in a declaration; the part of one that a snapshot keeps can't be searched. */
function ownBtf(map: MapSource): Btf | undefined {
  const types = map.types();
  return types.state === "known" && "idsByName" in types.types ? (types.types as Btf) : undefined;
}

import { readFileSync } from "node:fs";
import { release as kernelRelease } from "node:os";
import { loadBtf } from "../btf/load.ts";
import type { Btf } from "../btf/parse.ts";
import { EbpfMapError } from "../errors.ts";
import type { MapSource } from "../reader/map-source.ts";
import { withTypes } from "../reader/with-types.ts";
import { declareType } from "../schema/c-declaration.ts";
import { givenTypes } from "../schema/given-types.ts";
import { findSchema, readSchema } from "../schema/schema-file.ts";

/** Types that are used in place of a map's own, or because it has none. */
export interface TypeOptions {
  /** Raw BTF, or an ELF object with it, as a path or as bytes: for names, and for what it says of a map of this name. */
  readonly btf?: string | Uint8Array | undefined;
  /** The key's type: a name, or a declaration in C. */
  readonly key?: string | undefined;
  /** The value's type: a name, or a declaration in C. */
  readonly value?: string | undefined;
  /** A schema file, by its path: used where nothing else is said and the map has no types of its own. */
  readonly schema?: string | undefined;
  /** The kernel release that a schema's ranges are compared with; that of this machine unless given. */
  readonly release?: (() => string) | undefined;
}

/**
 * The map with other types. Without a BTF names are looked up in the map's own, if it can be had. Throws FILE,
 * BTF_INVALID, TYPE_INVALID, or LAYOUT_INVALID for a type that has not as many bytes as the map's keys or values.
 */
export function withGivenTypes(map: MapSource, { btf, key, value, schema, release }: TypeOptions): MapSource {
  const isExplicit = (btf ?? key ?? value) !== undefined;
  if (!isExplicit)
    return schema === undefined || map.types().state === "known" ? map : withSchema(map, schema, release);
  const { keySize, valueSize } = map.shape;
  const given = { btf: btf === undefined ? ownBtf(map) : readBtf(btf), key, value };
  const types = givenTypes(given, { label: map.label, name: map.info.name, keySize, valueSize });
  return withTypes(map, { state: "known", ...types });
}

/** The map with the types of the layout in a schema file that is meant for it, if there is one. */
function withSchema(map: MapSource, path: string, release: () => string = kernelRelease): MapSource {
  const found = findSchema(readSchema(readText(path)), map.info.name, release());
  if (found === undefined) return map;
  const { keySize, valueSize } = map.shape;
  checkSize(map, "key", found.key?.layout.size ?? keySize, keySize);
  checkSize(map, "value", found.value.layout.size, valueSize);
  const keyTypeId = found.key?.typeId ?? (keySize === 0 ? 0 : declareType(found.types, `u8[${keySize}]`));
  return withTypes(map, { state: "known", types: found.types, keyTypeId, valueTypeId: found.value.typeId });
}

function checkSize({ label }: MapSource, side: string, typeSize: number, size: number): void {
  if (typeSize === size) return;
  const message = `read ${label}: the schema's ${side} has ${typeSize} bytes, the map's ${side}s have ${size}`;
  throw new EbpfMapError("LAYOUT_INVALID", message, { typeSize, size });
}

/** Reads a schema file as text. Throws FILE. */
export function readText(path: string): string {
  return Buffer.from(readBytes(path, "a schema")).toString("utf8");
}

/** Reads BTF from a raw file or an ELF object. Throws FILE or BTF_INVALID. */
export function readBtf(from: string | Uint8Array): Btf {
  if (typeof from !== "string") return loadBtf(from);
  return loadBtf(readBytes(from, "BTF"), { what: `BTF in ${from}` });
}

function readBytes(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EbpfMapError("FILE", `read ${what} from ${path}: ${reason}`, { path }, error);
  }
}

/** The map's own BTF, for names in a declaration; the part of one that a snapshot keeps can't be searched. */
function ownBtf(map: MapSource): Btf | undefined {
  const types = map.types();
  return types.state === "known" && "idsByName" in types.types ? (types.types as Btf) : undefined;
}

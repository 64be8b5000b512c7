import { release as kernelRelease } from "node:os";
import { basename } from "node:path";
import type { SearchableTypes } from "../../btf/types.ts";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource, MapTypes } from "../../reader/map-source.ts";
import { withTypes } from "../../reader/views/map-view.ts";
import { findSchema, readSchema, type SchemaLayout } from "../../schema/file/schema-file.ts";
import { bytesType, givenTypes, type KeyValueTypes } from "../../schema/given-types.ts";
import { holdsIds } from "../../sys/map-types.ts";
import { btfContent, declarationOf, parsedBtf } from "./btf-file.ts";
import { fileContent, MOST_TEXT_BYTES } from "./file-content.ts";
import { resolvedOnce } from "./resolved.ts";

type KnownTypes = MapTypes & { readonly state: "known" };

/**
 * Types that are used in place of a map's own, or because it has none. What counts: `btf`, `key` and `value`; then the
 * map's own BTF; then `schema`; else keys and values are bytes.
 */
export type TypeOptions = TypeNames & GivenBtf;

/** The BTF that types are taken from in place of the map's own. */
export type GivenBtf =
  | {
      /**
       * Raw BTF, or an ELF object with it, as a path or as bytes: for names, and for its declaration of a map of this
       * name. `"prog.bpf.o:conns"` takes the declaration of `conns`, whatever the map is called.
       */
      readonly btf: string | Uint8Array;
      /** The base of `btf` where that is split BTF, a kernel module's: /sys/kernel/btf/vmlinux unless given. */
      readonly btfBase?: string | Uint8Array | undefined;
    }
  | { readonly btf?: undefined; readonly btfBase?: undefined };

/** Types by their names, in declarations or in schema files. */
export interface TypeNames {
  /** The key's type: a name, or a declaration in C. */
  readonly key?: string | undefined;
  /** The value's type: a name, or a declaration in C. */
  readonly value?: string | undefined;
  /** Schema files, by their paths: used where nothing else is said and the map has no types of its own. */
  readonly schema?: string | readonly string[] | undefined;
  /** The kernel release that a schema's ranges are compared with; that of this machine unless given. */
  readonly kernelRelease?: string | undefined;
}

/** Any types, as the code behind the options sees them. */
export type AnyTypes = { readonly [Name in keyof TypeOptions]?: TypeOptions[Name] | undefined };

/**
 * The map with other types. Without a BTF names are looked up in the map's own, if it can be had. What was resolved
 * once is remembered by the map's name, what is in the BTF or schema, and the kernel release. Throws FILE, BTF_INVALID,
 * TYPE_INVALID, SCHEMA_INVALID, or LAYOUT_INVALID for a type that has not as many bytes as the map's keys or values.
 */
export function withGivenTypes(map: MapSource, options: AnyTypes): MapSource {
  const { btf, btfBase, key, value, schema = [], kernelRelease: release = kernelRelease() } = options;
  const schemas = [schema].flat().map((path) => readSchemaFile(path));
  if ((btf ?? key ?? value) !== undefined)
    return withTypes(map, explicitTypes(map, { btf, btfBase, key, value }, release));
  if (schemas.length === 0 || map.types().state === "known") return map;
  for (const one of schemas) {
    const types = schemaTypes(map, one, release);
    if (types !== undefined) return withTypes(map, types);
  }
  return map;
}

function explicitTypes(
  map: MapSource,
  { btf, btfBase, key, value }: Pick<AnyTypes, "btf" | "btfBase" | "key" | "value">,
  release: string,
): KnownTypes {
  const { label, info, shape } = map;
  const { keySize, valueSize } = shape;
  const pin = map.pin === undefined ? undefined : basename(map.pin);
  const typed = { label, name: info.name, pin, type: info.type, keySize, valueSize, holdsIds: holdsIds(info.type) };
  if (btf === undefined) return knownTypes(givenTypes({ btf: ownBtf(map), key, value }, typed));
  const { path, declaration } = declarationOf(btf);
  const content = btfContent(path);
  const base = btfBase === undefined ? undefined : btfContent(btfBase);
  const given = [content.hash, base?.hash, declaration, key, value, release];
  return resolvedOnce(["types", info.name, pin, info.type, keySize, valueSize, ...given], () =>
    knownTypes(givenTypes({ btf: parsedBtf(content, base), declaration, key, value }, typed)),
  );
}

function knownTypes(types: KeyValueTypes): KnownTypes {
  return { state: "known", ...types };
}

/** A schema file, and what tells it from others. */
export interface SchemaFile {
  readonly path: string;
  readonly hash: string;
  readonly layouts: readonly SchemaLayout[];
}

/** Reads a schema file. Throws FILE, or SCHEMA_INVALID with the line and column of the mistake. */
export function readSchemaFile(path: string): SchemaFile {
  const content = fileContent(path, "a schema", MOST_TEXT_BYTES);
  const layouts = resolvedOnce(["schema", path, content.hash], () =>
    readSchema(Buffer.from(content.bytes()).toString("utf8"), path),
  );
  return { path, hash: content.hash, layouts };
}

/** The types of the layout in a schema file that is meant for a map, if there is one. Throws LAYOUT_INVALID. */
export function schemaTypes(
  map: MapSource,
  { path, hash, layouts }: SchemaFile,
  release: string,
): KnownTypes | undefined {
  const { keySize, valueSize } = map.shape;
  return resolvedOnce(["schema types", map.info.name, hash, release, keySize, valueSize], () => {
    const found = findSchema(layouts, map.info.name, release);
    if (found === undefined) return undefined;
    checkSize(map, path, "key", found.key?.layout.size ?? keySize, keySize);
    checkSize(map, path, "value", found.value.layout.size, valueSize);
    const keyTypeId = found.key?.typeId ?? (keySize === 0 ? 0 : bytesType(found.types, keySize));
    return { state: "known", types: found.types, keyTypeId, valueTypeId: found.value.typeId };
  });
}

function checkSize({ label }: MapSource, path: string, side: string, typeSize: number, size: number): void {
  if (typeSize === size) return;
  const message = `read ${label}: the schema's ${side} has ${typeSize} bytes, the map's ${side}s have ${size} (${path})`;
  throw new EbpfMapError("LAYOUT_INVALID", message, { typeSize, size, file: path });
}

/** The map's own BTF, for names in a declaration; the part of one that a snapshot keeps can't be searched. */
function ownBtf(map: MapSource): SearchableTypes | undefined {
  const types = map.types();
  return types.state === "known" && "idsByName" in types.types ? (types.types as SearchableTypes) : undefined;
}

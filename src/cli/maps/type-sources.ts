import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { isStream } from "../../sys/map-types.ts";
import type { ConfigFiles } from "./config-files.ts";

/** The sources of types that replace a map's own, or that fill in if it has none. */
export interface TypeSources {
  /** Paths of files, names of types and declarations, as the command line gives them. */
  readonly given: {
    readonly btf: string | undefined;
    readonly btfBase: string | undefined;
    readonly key: string | undefined;
    readonly value: string | undefined;
    readonly schema: string | undefined;
  };
  /** The configuration: schemas for maps without types. */
  readonly config: ConfigFiles;
  readonly kernelRelease: () => string;
  readonly warn: (line: string) => void;
}

/** Returns the maps with types from the sources. Streams are left alone: they have events, not entries. */
export async function withTypeSources(maps: readonly MapSource[], sources: TypeSources): Promise<readonly MapSource[]> {
  const { btf, key, value, schema } = sources.given;
  if (btf === undefined && maps.some(looseBtf)) return await withLooseBtf(maps, sources);
  if ((btf ?? key ?? value ?? schema) === undefined) return withConfiguredSchemas(maps, sources);
  const { withGivenTypes } = await import("../../sdk/types/given-types.ts");
  const given = { ...sources.given, kernelRelease: sources.kernelRelease() };
  const typed = maps.map((map) => (isStream(map.info.type) || isSizeless(map) ? map : withGivenTypes(map, given)));
  for (const map of typed) warnOfTypes(map, sources);
  if (schema === undefined) return typed;
  for (const { label } of typed.filter(isBare))
    sources.warn(`Note: ${schema} has no layout for ${label} on this kernel`);
  return withConfiguredSchemas(typed, sources);
}

/** Types from the BTF that stands beside the maps in their file, by the declarations in it or by given names. */
async function withLooseBtf(maps: readonly MapSource[], sources: TypeSources): Promise<readonly MapSource[]> {
  const { key, value } = sources.given;
  const { withGivenTypes } = await import("../../sdk/types/given-types.ts");
  const typed = maps.map((map) => {
    if (isSizeless(map)) return map;
    try {
      return withGivenTypes(map, { btf: looseBtf(map), key, value });
    } catch (error) {
      const isMissing = error instanceof EbpfMapError && error.code === "TYPE_INVALID";
      if (!isMissing || (key ?? value) !== undefined) throw error;
      sources.warn(`Note: ${error.message}`);
      return map;
    }
  });
  for (const map of typed) warnOfTypes(map, sources);
  return withConfiguredSchemas(typed, sources);
}

function looseBtf(map: MapSource & { readonly looseBtf?: Uint8Array }): Uint8Array | undefined {
  return map.looseBtf;
}

/** Tells of a map without entries that nothing says how large they would be. */
function isSizeless({ shape, origin }: MapSource): boolean {
  return origin !== undefined && shape.keySize === 0 && shape.valueSize === 0;
}

function warnOfTypes(map: MapSource, { warn }: TypeSources): void {
  const types = map.types();
  if (types.state === "known" && types.note !== undefined) warn(`Note: ${map.label}: ${types.note}`);
}

async function withConfiguredSchemas(maps: readonly MapSource[], sources: TypeSources): Promise<readonly MapSource[]> {
  const { config, kernelRelease, warn } = sources;
  if ((config.file ?? config.schemaFolder) === undefined || !maps.some(isBare)) return maps;
  const { withConfiguredSchema } = await import("./configured-schemas.ts");
  return maps.map((map) => (isBare(map) ? withConfiguredSchema(map, config, kernelRelease(), warn) : map));
}

/** Returns true if the types of the map's entries are unknown. */
function isBare(map: MapSource): boolean {
  return !isStream(map.info.type) && map.types().state !== "known";
}

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { withTypes } from "../../reader/map-view.ts";
import { readSchemaFile, schemaTypes } from "../../sdk/types/given-types.ts";
import { readConfig } from "./config.ts";
import type { ConfigFiles } from "./config-files.ts";

/**
 * The map with the types of the first schema file that has some for it: those that the configuration file lists, then
 * those in its folder `schemas` by their names. A file with a mistake is told of and passed over: it may well be meant
 * for another map. Throws FILE for a mistake in the configuration file.
 */
export function withConfiguredSchema(
  map: MapSource,
  { file, schemaFolder }: ConfigFiles,
  kernelRelease: string,
  warn: (line: string) => void,
): MapSource {
  const listed = file === undefined ? [] : readConfig(file).schemas;
  for (const path of [...listed, ...schemasIn(schemaFolder)]) {
    try {
      const types = schemaTypes(map, readSchemaFile(path), kernelRelease);
      if (types !== undefined) return withTypes(map, types);
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
      warn(`Warning: ${error.message}`);
    }
  }
  return map;
}

/** The schema files of a folder, by their names. */
function schemasIn(folder: string | undefined): string[] {
  if (folder === undefined) return [];
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { withTypes } from "../../reader/views/map-view.ts";
import { readSchemaFile, schemaTypes } from "../../sdk/types/given-types.ts";
import { readConfig } from "./config.ts";
import { type ConfigFile, type ConfigFiles, distrust } from "./config-files.ts";

/**
 * Returns the map with types from the first schema file that has a layout for it: first the files that the
 * configuration lists, then those in the folder `schemas`, by name. A file with a mistake causes a warning and is
 * skipped: it may be meant for another map. Throws FILE for a mistake in the configuration file.
 */
export function withConfiguredSchema(
  map: MapSource,
  { file, schemaFolder }: ConfigFiles,
  kernelRelease: string,
  warn: (line: string) => void,
): MapSource {
  const listed = file === undefined ? [] : readConfig(file).schemas;
  for (const path of [...listed, ...schemasIn(schemaFolder, warn)]) {
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

/** Returns the schema files of a folder, sorted by name, without those of untrusted owners. */
function schemasIn(folder: ConfigFile | undefined, warn: (line: string) => void): string[] {
  if (folder === undefined) return [];
  try {
    const names = readdirSync(folder.path).filter((name) => name.endsWith(".json"));
    const paths = names.sort().map((name) => join(folder.path, name));
    return paths.filter((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      const reason = stats && distrust(stats, folder.owner);
      if (reason !== undefined) warn(`Warning: ${path} is not read: ${reason}`);
      return reason === undefined;
    });
  } catch {
    return [];
  }
}

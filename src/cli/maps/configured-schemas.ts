import { readdirSync } from "node:fs";
import { join } from "node:path";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { withTypes } from "../../reader/map-view.ts";
import { readSchemaFile, schemaTypes } from "../../sdk/types/given-types.ts";
import type { Session } from "../session/session.ts";
import { readConfig } from "./config.ts";
import { configFolder, configPath } from "./config-path.ts";

/**
 * The map with the types of the first schema file that has some for it: those that the configuration file lists, then
 * those in its folder `schemas` by their names. A file with a mistake is told of and passed over: it may well be meant
 * for another map. Throws FILE for a mistake in the configuration file.
 */
export function withConfiguredSchema(map: MapSource, session: Session): MapSource {
  const { env, origin } = session.context;
  const config = configPath(session.options.config, env);
  const listed = config === undefined ? [] : readConfig(config).schemas;
  for (const path of [...listed, ...schemasIn(configFolder(env))]) {
    try {
      const types = schemaTypes(map, readSchemaFile(path), origin().kernel);
      if (types !== undefined) return withTypes(map, types);
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
      session.warn(`Warning: ${error.message}`);
    }
  }
  return map;
}

/** The schema files of a configuration folder, by their names. */
function schemasIn(folder: string | undefined): string[] {
  if (folder === undefined) return [];
  try {
    const names = readdirSync(join(folder, "schemas")).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => join(folder, "schemas", name));
  } catch {
    return [];
  }
}

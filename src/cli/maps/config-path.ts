import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../session/context.ts";

/** The folder of the configuration: in XDG_CONFIG_HOME or ~/.config; undefined where there is neither. */
export function configFolder(env: Context["env"]): string | undefined {
  const folder = env.XDG_CONFIG_HOME || (env.HOME ? join(env.HOME, ".config") : undefined);
  return folder && join(folder, "ebpf-map");
}

/** The configuration file: the one that was asked for, or the one in its usual place, if it is there. */
export function configPath(asked: string | undefined, env: Context["env"]): string | undefined {
  if (asked !== undefined) return asked;
  const folder = configFolder(env);
  const path = folder && join(folder, "config.yaml");
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** Whether somebody has made the folder of schema files. */
export function hasSchemas(env: Context["env"]): boolean {
  const folder = configFolder(env);
  return folder !== undefined && existsSync(join(folder, "schemas"));
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "./context.ts";

/**
 * The configuration file: the one that was asked for, or the one in its usual place, XDG_CONFIG_HOME or ~/.config, if it
 * is there.
 */
export function configPath(asked: string | undefined, env: Context["env"]): string | undefined {
  if (asked !== undefined) return asked;
  const folder = env.XDG_CONFIG_HOME || (env.HOME ? join(env.HOME, ".config") : undefined);
  const path = folder === undefined ? undefined : join(folder, "ebpf-map", "config.yaml");
  return path !== undefined && existsSync(path) ? path : undefined;
}

import { existsSync } from "node:fs";
import { join } from "node:path";

/** The files that configure the program for its user. */
export interface ConfigFiles {
  /** The configuration file: the one that was asked for, or the one in its usual place, if it is there. */
  readonly file: string | undefined;
  /** The folder of schema files, if it is there. */
  readonly schemaFolder: string | undefined;
}

/** Finds the files of the configuration: in XDG_CONFIG_HOME or ~/.config. `asked`: the file of `--config`. */
export function configFiles(asked: string | undefined, env: Readonly<Record<string, string | undefined>>): ConfigFiles {
  const base = env.XDG_CONFIG_HOME || (env.HOME ? join(env.HOME, ".config") : undefined);
  const usual = (name: string): string | undefined => {
    const path = base && join(base, "ebpf-map", name);
    return path !== undefined && existsSync(path) ? path : undefined;
  };
  return { file: asked ?? usual("config.yaml"), schemaFolder: usual("schemas") };
}

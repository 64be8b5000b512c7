import { type Stats, statSync } from "node:fs";
import { join } from "node:path";

/** A file that configures the program. */
export interface ConfigFile {
  readonly path: string;
  /** The user that it must belong to, if not to root; undefined for a file that the command line names. */
  readonly owner: number | undefined;
}

/** The files that configure the program for its user. */
export interface ConfigFiles {
  /** The configuration file: the one that was asked for, or the one in its usual place, if it is there. */
  readonly file: ConfigFile | undefined;
  /** The folder of schema files, if it is there. */
  readonly schemaFolder: ConfigFile | undefined;
}

/** The user whose configuration is looked for. */
export interface ConfigUser {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The effective user id. */
  readonly uid: number;
  /** Takes a line about a file that is passed over. */
  readonly warn: (line: string) => void;
}

/**
 * Finds the files of the configuration: in XDG_CONFIG_HOME or ~/.config, as the environment names them, so under sudo in
 * whatever HOME sudo sets (as a rule root's). What belongs neither to root nor to the user that the program runs as is
 * passed over: with `sudo -E` somebody else's files would steer what root does. `asked` is the file of `--config`.
 */
export function configFiles(asked: string | undefined, { env, uid, warn }: ConfigUser): ConfigFiles {
  const base = env.XDG_CONFIG_HOME || (env.HOME ? join(env.HOME, ".config") : undefined);
  const usual = (name: string): ConfigFile | undefined => {
    const path = base && join(base, "ebpf-map", name);
    const stats = path === undefined ? undefined : statsOf(path);
    if (path === undefined || stats === undefined) return undefined;
    if (isTrusted(stats, uid)) return { path, owner: uid };
    warn(`Warning: ${path} is not read: it belongs to user ${stats.uid}, and neither to root nor to user ${uid}`);
    return undefined;
  };
  const file = asked === undefined ? usual("config.yaml") : { path: asked, owner: undefined };
  return { file, schemaFolder: usual("schemas") };
}

/** The file belongs to root or to the user; any file does where nobody must own it. */
export function isTrusted({ uid }: Pick<Stats, "uid">, owner: number | undefined): boolean {
  return owner === undefined || uid === 0 || uid === owner;
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

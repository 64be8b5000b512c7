import { type Stats, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** A file that configures the program. */
export interface ConfigFile {
  readonly path: string;
  /** The user that it must belong to, if not to root; undefined for a file that the command line names. */
  readonly owner: number | undefined;
}

/** The files that configure the program for its user. */
export interface ConfigFiles {
  /** The requested configuration file, or the one in the usual place if it exists. */
  readonly file: ConfigFile | undefined;
  /** The folder of schema files, if it exists. */
  readonly schemaFolder: ConfigFile | undefined;
}

/** The user whose configuration is looked for. */
export interface ConfigUser {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The effective user id. */
  readonly uid: number;
  /** Called with a warning about a file that is ignored. */
  readonly warn: (line: string) => void;
}

/**
 * Finds the configuration in XDG_CONFIG_HOME or ~/.config, by absolute paths alone. Under sudo that is the HOME that
 * sudo sets, usually root's. Files that belong neither to root nor to the effective user, and those that everybody may
 * write to, are ignored: with `sudo -E`, another user's files would control what root does. `asked` is the file of
 * `--config`.
 */
export function configFiles(asked: string | undefined, { env, uid, warn }: ConfigUser): ConfigFiles {
  const { XDG_CONFIG_HOME = "", HOME = "" } = env;
  const base = isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : isAbsolute(HOME) ? join(HOME, ".config") : undefined;
  const usual = (name: string): ConfigFile | undefined => {
    const path = base && join(base, "ebpf-map", name);
    const stats = path === undefined ? undefined : statsOf(path);
    if (path === undefined || stats === undefined) return undefined;
    const reason = distrust(stats, uid);
    if (reason === undefined) return { path, owner: uid };
    warn(`Warning: ${path} is not read: ${reason}`);
    return undefined;
  };
  const file = asked === undefined ? usual("config.yaml") : { path: asked, owner: undefined };
  return { file, schemaFolder: usual("schemas") };
}

/** Returns why a file may hold what another user wants; undefined where it can't, and where any `owner` will do. */
export function distrust({ uid, mode }: Pick<Stats, "uid" | "mode">, owner: number | undefined): string | undefined {
  if (owner === undefined) return undefined;
  if (uid !== 0 && uid !== owner) return `it belongs to user ${uid}, and neither to root nor to user ${owner}`;
  return (mode & WRITABLE_BY_OTHERS) === 0 ? undefined : "everybody may write to it (chmod o-w)";
}

const WRITABLE_BY_OTHERS = 0o002;

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

import { spawnSync } from "node:child_process";
import { accessSync, constants as modes } from "node:fs";
import { delimiter, join } from "node:path";
import { DIALECT_VERSIONS, type DialectVersion } from "../codec/bpftool/dialect.ts";

/** The bpftool that a user of this machine would run. */
export interface InstalledBpftool {
  readonly path: string;
  /** The version that it reports: `7.1.0`; undefined if it reports none. */
  readonly version: string | undefined;
  /** The version whose bytes ebpf-map prints that comes closest: the same one, or the newest before it. */
  readonly compat: DialectVersion;
  /** They are the same, up to the patch level. */
  readonly known: boolean;
}

/** Folders that have bpftool on most systems, but aren't always on the PATH of an ordinary user. */
const MORE_FOLDERS = ["/usr/sbin", "/sbin", "/usr/local/sbin"];

const TIMEOUT_MS = 5000;

/** Looks for bpftool on a PATH and asks it for its version. */
export function installedBpftool(path: string | undefined): InstalledBpftool | undefined {
  const folders = [...(path ?? "").split(delimiter).filter((folder) => folder !== ""), ...MORE_FOLDERS];
  const found = folders.map((folder) => join(folder, "bpftool")).find(isExecutable);
  if (found === undefined) return undefined;
  const { stdout } = spawnSync(found, ["version"], { encoding: "latin1", timeout: TIMEOUT_MS, maxBuffer: 1 << 16 });
  const version = /\bv(\d+\.\d+\S*)/.exec(stdout ?? "")?.[1];
  const compat = version === undefined ? undefined : closestDialect(version);
  return {
    path: found,
    version,
    compat: compat ?? DIALECT_VERSIONS[DIALECT_VERSIONS.length - 1] ?? "7.8",
    known: version !== undefined && compat !== undefined && `${version}.`.startsWith(`${compat}.`),
  };
}

/** The newest known version that isn't newer than this one; the oldest for all before it. */
export function closestDialect(version: string): DialectVersion {
  const notNewer = DIALECT_VERSIONS.filter((known) => compareVersions(known, version) <= 0);
  return notNewer.at(-1) ?? DIALECT_VERSIONS[0];
}

function compareVersions(a: string, b: string): number {
  const [[majorA = 0, minorA = 0], [majorB = 0, minorB = 0]] = [a.split("."), b.split(".")].map((parts) =>
    parts.slice(0, 2).map((part) => Number.parseInt(part, 10)),
  ) as [number[], number[]];
  return majorA - majorB || minorA - minorB;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, modes.X_OK);
    return true;
  } catch {
    return false;
  }
}

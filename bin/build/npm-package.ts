import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

interface Packed {
  readonly filename: string;
  readonly integrity: string;
}

/**
 * The folder of a package of npm in this exact version, unpacked into .cache: npm installs none that is for another
 * processor. npm compares what it fetches with what the registry says of it; it is compared with package-lock.json,
 * too, if that knows it.
 */
export function npmPackage(name: string, version: string): string {
  const folder = resolve(".cache", "npm", `${basename(name)}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    const words = ["pack", `${name}@${version}`, "--json", "--ignore-scripts", "--pack-destination", work];
    const [packed] = JSON.parse(execFileSync("npm", words, { encoding: "utf8" })) as Packed[];
    if (packed === undefined) throw new Error(`npm packed no ${name}@${version}`);
    const tarball = join(work, basename(packed.filename));
    const digest = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
    const expected = lockedIntegrity(name, version) ?? packed.integrity;
    if (digest !== expected) throw new Error(`${name}@${version} is ${digest}, but should be ${expected}`);
    execFileSync("tar", ["-xzf", tarball, "-C", work, "--no-same-owner"]);
    renameSync(join(work, "package"), folder);
  } finally {
    rmSync(work, { recursive: true });
  }
  return folder;
}

function lockedIntegrity(name: string, version: string): string | undefined {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, { version?: string; integrity?: string } | undefined>;
  };
  const locked = packages[`node_modules/${name}`];
  return locked?.version === version ? locked.integrity : undefined;
}

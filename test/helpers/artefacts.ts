import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryPath } from "./repository.ts";

/** A file that one of the `npm run build:…` commands writes. */
export function artefact(name: string): string {
  return repositoryPath("artefacts", name);
}

/** The single executable for this machine, made by `npm run build:single`. */
export function singleExecutable(): string {
  return artefact(`ebpf-map-linux-${process.arch}`);
}

/** Copies a file into a folder that will be a root, at the same path. */
function copyInto(root: string, path: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  copyFileSync(path, join(root, path));
}

/** Makes a folder into a root that has the C and C++ libraries alone, and empty folders to mount on. */
export function makeBareRoot(root: string): void {
  const { stdout } = spawnSync("ldd", [process.execPath], { encoding: "utf8" });
  for (const [path] of stdout.matchAll(/\/\S*\.so\S*/g)) copyInto(root, path);
  for (const folder of ["proc", "sys", "tmp", "dev", "work"]) mkdirSync(join(root, folder));
}

/** Names what is missing to test the executable; undefined if nothing is. */
export function missingExecutable(): string | undefined {
  return existsSync(singleExecutable()) ? undefined : `${singleExecutable()} (run npm run build:single)`;
}

/** Names what is missing to test the packages; undefined if nothing is. */
export function missingPackages(): string | undefined {
  return existsSync(artefact("SHA256SUMS")) ? undefined : "packages (run npm run build:packages)";
}

/** Names what is missing to install them in Debian; undefined if nothing is. */
export function missingDebian(): string | undefined {
  return existsSync(repositoryPath(".cache", "debian.tar"))
    ? undefined
    : ".cache/debian.tar (run test/fetch-debian.sh)";
}

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** A path inside this repository, wherever the code that asks has been bundled to. */
export function repositoryPath(...parts: string[]): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return join(folder, ...parts);
}

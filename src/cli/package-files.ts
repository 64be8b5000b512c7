import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// From src/cli as well as from dist/cli, the package is two folders up.
const PACKAGE = new URL("../../", import.meta.url);

/** The bundled snapshot of a connection table. */
export function demoSnapshot(): string {
  return fileURLToPath(new URL("golden/demo/connections.ndjson.gz", PACKAGE));
}

/** The folder of the manual's chapters. */
export function manualFolder(): string {
  return fileURLToPath(new URL("src/manual/", PACKAGE));
}

/** The version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("package.json", PACKAGE), "utf8")) as { version: string };
  return version;
}

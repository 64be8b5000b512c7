import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Chapter, chaptersIn } from "./manual/chapters.ts";

// The single executable has another module in place of this one: bin/build/single/package-files.ts.
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

/** The chapters of the manual. */
export function manualChapters(): Chapter[] {
  return chaptersIn(manualFolder());
}

/** The licence of this program, and where those of the packages are that it uses. */
export function licences(): string {
  const own = readFileSync(new URL("LICENSE", PACKAGE), "utf8");
  return `${own}\nThe packages that ebpf-map uses bring their licences along, in node_modules.\n`;
}

/** The version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("package.json", PACKAGE), "utf8")) as { version: string };
  return version;
}

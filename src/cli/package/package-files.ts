import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PageAssets } from "../../server/page/html.ts";

// The single executable has another module in place of this one: bin/build/single/package-files.ts.
const PACKAGE = packageFolder(new URL(".", import.meta.url));

/** The nearest folder with a package.json: two up from dist/cli, three from here. */
function packageFolder(from: URL): URL {
  const isIt = existsSync(new URL("package.json", from)) || from.pathname === "/";
  return isIt ? from : packageFolder(new URL("..", from));
}

/** The bundled snapshot of a connection table. */
export function demoSnapshot(): string {
  return fileURLToPath(new URL("golden/demo/connections.ndjson.gz", PACKAGE));
}

/** A file of the manual, by its name in the folder. */
export interface ManualFile {
  readonly name: string;
  readonly text: string;
}

/** The files of the manual, sorted by name; none if the package has no manual. */
export function manualFiles(folder: string = fileURLToPath(new URL("src/manual/", PACKAGE))): ManualFile[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
}

/** The program and the style of the page, which `npm run build` makes of src/server/web. */
export function pageAssets(): PageAssets {
  const text = (name: string): string => readFileSync(new URL(`dist/page/${name}`, PACKAGE), "utf8");
  return { script: text("page.js"), style: text("page.css") };
}

/**
 * The licences of this program, and of the packages that are in its bundles if they are built. Others lie in
 * node_modules.
 */
export function licences(): string {
  const bundled = ["cli", "page"].map((folder) => new URL(`dist/${folder}/licences.txt`, PACKAGE));
  const texts = [new URL("LICENSE", PACKAGE), ...bundled.filter((file) => existsSync(file))];
  return texts.map((file) => readFileSync(file, "utf8")).join("\n");
}

/** The version of this package. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("package.json", PACKAGE), "utf8")) as { version: string };
  return version;
}

import type * as PackageFiles from "../../../src/cli/package/package-files.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import type { PageAssets } from "../../../src/server/page/html.ts";
import { assetBytes, assetText } from "./assets.ts";
import { foldersInMemoryFirst, noFolder } from "./folders.ts";
import { openUnnamedFile } from "./unnamed-file.ts";

// Stands in for src/cli/package/package-files.ts in the single executable, which carries these files as assets.

/** The bundled snapshot of a connection table, as a file that is open as long as this process lives. */
export function demoSnapshot(): string {
  const bytes = assetBytes("demo.ndjson.gz") ?? new Uint8Array();
  const reasons: string[] = [];
  for (const folder of foldersInMemoryFirst()) {
    try {
      return `/proc/self/fd/${openUnnamedFile(folder, bytes)}`;
    } catch (error) {
      reasons.push(`${folder}: ${(error as NodeJS.ErrnoException).code}`);
    }
  }
  throw new EbpfMapError("FILE", `put the demo's snapshot into a file: ${noFolder(reasons)}`);
}

/** The files of the manual. */
export function manualFiles(): PackageFiles.ManualFile[] {
  const names: string[] = JSON.parse(assetText("manual.json"));
  return names.map((name) => ({ name, text: assetText(`manual/${name}`) }));
}

/** The program and the style of the page. */
export function pageAssets(): PageAssets {
  return { script: assetText("page/page.js"), style: assetText("page/page.css") };
}

/** The licences of everything in this executable. */
export function licences(): string {
  return assetText("licences.txt");
}

/** The version of this package. */
export function packageVersion(): string {
  return assetText("version");
}

({ demoSnapshot, manualFiles, pageAssets, licences, packageVersion }) satisfies typeof PackageFiles;

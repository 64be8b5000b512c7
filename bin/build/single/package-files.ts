import { tmpdir } from "node:os";
import { type Chapter, chapterOf } from "../../../src/cli/manual/chapters.ts";
import type * as PackageFiles from "../../../src/cli/package-files.ts";
import { assetBytes, assetText } from "./assets.ts";
import { openUnnamedFile } from "./unnamed-file.ts";

// Stands in for src/cli/package-files.ts in the single executable, which carries these files as assets.

/** The bundled snapshot of a connection table, as a file that is open as long as this process lives. */
export function demoSnapshot(): string {
  return `/proc/self/fd/${openUnnamedFile(tmpdir(), assetBytes("demo.ndjson.gz") ?? new Uint8Array())}`;
}

/** The chapters of the manual. */
export function manualChapters(): Chapter[] {
  const names: string[] = JSON.parse(assetText("manual.json"));
  return names.map((name) => chapterOf(name, assetText(`manual/${name}`)));
}

/** The licences of everything in this executable. */
export function licences(): string {
  return assetText("licences.txt");
}

/** The version of this package. */
export function packageVersion(): string {
  return assetText("version");
}

({ demoSnapshot, manualChapters, licences, packageVersion }) satisfies Omit<typeof PackageFiles, "manualFolder">;

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Scratch } from "../helpers/scratch.ts";
import { type Finding, Project } from "./project.ts";

const CONFIG = {
  compilerOptions: {
    target: "es2023",
    lib: ["es2023", "esnext.disposable"],
    module: "nodenext",
    types: [],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  },
  include: ["src"],
};

/** A project of these files, by their paths. */
export function plant(scratch: Scratch, files: Readonly<Record<string, string>>): Project {
  const all = { "tsconfig.json": JSON.stringify(CONFIG), "package.json": '{ "type": "module" }', ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(scratch.folder, path)), { recursive: true });
    writeFileSync(join(scratch.folder, path), text);
  }
  return scratch.own(new Project(scratch.folder, "tsconfig.json"));
}

/** Findings as `path:line`, or the path alone. */
export function places(findings: readonly Finding[]): string[] {
  return findings.map(({ path, line }) => (line === undefined ? path : `${path}:${line}`));
}

/** The lines of a file on which a comment says that a finding is expected: `// found`. */
export function expectedPlaces(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    return text.split("\n").flatMap((line, i) => (line.endsWith("// found") ? [`${path}:${i + 1}`] : []));
  });
}

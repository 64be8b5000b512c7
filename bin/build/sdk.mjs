// Rolldown's configuration for the package's interface. Node takes longer to find and link some 240 modules than to run
// what is in them. This puts what is loaded with any entry of the package into one file, and what stands behind an
// `import()` into few others. All entries share them, so that there is one class of errors and one of readers. `tsc`
// writes the declarations. Packages stay packages, but for the parser of conditions: Node takes 17 ms to load it as the
// modules that it consists of, and 7 ms as part of a chunk. Its licence is in dist/cli/licences.txt, as the command
// contains it, too.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { onlyAscii } from "./only-ascii.mjs";

const { dependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

/** The entries of the package that need nothing but Node, under the names that package.json has. */
const ENTRIES = { index: "src/index.ts", "codegen/runtime": "src/codegen/runtime.ts" };

/** Those that import a package which is optional: they, and what they alone need, stay out of the core. */
const OPTIONAL = { "metrics/prom": "src/metrics/prom.ts", "sdk/arrow/to-arrow": "src/sdk/arrow/to-arrow.ts" };

/**
 * The modules that are loaded with an entry at once, in two files: those that parts loaded later import, too, and the
 * rest. Were they one, each of those parts would be in a cycle with it, and rolldown can't put a program that uses few
 * of them into one file.
 */
const groups = { base: new Set(), core: new Set() };

const findGroups = {
  name: "find-groups",
  buildEnd() {
    const later = [...this.getModuleIds()].flatMap((id) => this.getModuleInfo(id).dynamicallyImportedIds);
    groups.base = closure(this, later);
    groups.core = closure(
      this,
      Object.values(ENTRIES).map((path) => resolve(path)),
    );
  },
};

/** Finds modules and those that they import, however far. */
function closure(graph, roots) {
  const found = new Set(roots);
  for (const id of found) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

const INSIDE = ["@marcbachmann/cel-js"];
const outside = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !INSIDE.includes(name));

export default {
  input: { ...ENTRIES, ...OPTIONAL },
  platform: "node",
  transform: { target: "node20" },
  external: [/^node:/, ...outside.map((name) => new RegExp(`^${name}(/|$)`))],
  // Modules of the core that are imported dynamically as well are meant to be.
  checks: { ineffectiveDynamicImport: false },
  // As in bundle.mjs: no comments that name the file of each module.
  experimental: { attachDebugInfo: "none" },
  plugins: [findGroups, onlyAscii],
  output: {
    dir: "dist",
    format: "esm",
    comments: { legal: true, annotation: true, jsdoc: false },
    minify: "dce-only",
    minifyInternalExports: false,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    codeSplitting: {
      groups: [
        { name: "base", test: (id) => groups.core.has(id) && groups.base.has(id), priority: 2 },
        { name: "core", test: (id) => groups.core.has(id), priority: 1 },
      ],
    },
  },
};

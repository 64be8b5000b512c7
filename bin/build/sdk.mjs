// Rolldown's configuration for the package's interface. Node takes longer to find and link some 240 modules than to run what is
// in them. This puts what is loaded with any entry of the package into one file, and what stands behind an `import()` into few
// others. All entries share them, so that there is one class of errors and one of readers. `tsc` writes the declarations;
// packages stay packages.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const { dependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

/** The entries of the package, as package.json names them. */
const ENTRIES = { index: "src/index.ts", "codegen/runtime": "src/codegen/runtime.ts" };
const PROM = { "metrics/prom": "src/metrics/prom.ts" };

/** What is loaded with an entry at once. That of `prom` is left out: it imports a package that is optional. */
const core = new Set();

const findCore = {
  name: "find-core",
  buildEnd() {
    for (const path of Object.values(ENTRIES)) core.add(resolve(path));
    for (const id of core) for (const imported of this.getModuleInfo(id)?.importedIds ?? []) core.add(imported);
  },
};

export default {
  input: { ...ENTRIES, ...PROM },
  platform: "node",
  transform: { target: "node20" },
  external: [
    /^node:/,
    ...Object.keys({ ...dependencies, ...peerDependencies }).map((name) => new RegExp(`^${name}(/|$)`)),
  ],
  // Modules of the core that are imported dynamically as well are meant to be.
  checks: { ineffectiveDynamicImport: false },
  plugins: [findCore],
  output: {
    dir: "dist",
    format: "esm",
    minify: "dce-only",
    minifyInternalExports: false,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    codeSplitting: { groups: [{ name: "core", test: (id) => core.has(id) }] },
  },
};

// Rolldown's configuration for `npm run build`, which bundles the command into dist/cli. What an ordinary dump needs is one
// file, the core, since another file to load costs more than a longer one; what stands behind a dynamic import is loaded
// when it is needed. The bundle is CommonJS, since Node's loader of ES modules takes 4 ms to start (of some 40 that the
// program takes) and bin/load.js can then run the core from compiled code; the package's interface stays ES modules.
import { readFileSync } from "node:fs";

const { dependencies } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const core = new Set();

/** Finds the modules that the program's entry imports, and those that they import, however far. */
const findCore = {
  name: "find-core",
  buildEnd() {
    for (const id of this.getModuleIds()) if (this.getModuleInfo(id).isEntry) core.add(id);
    for (const id of core) for (const imported of this.getModuleInfo(id)?.importedIds ?? []) core.add(imported);
  },
};

/** Ends the build where the core would load a package by `import()`, which code without a path (see load.js) can't. */
const refuseImports = {
  name: "refuse-imports",
  generateBundle(_options, bundle) {
    const outside = bundle["core.cjs"].dynamicImports.filter((name) => !(name in bundle));
    if (outside.length > 0) this.error(`the core imports ${outside.join(", ")}: do so in a module that it imports`);
  },
};

export default {
  input: "src/cli/main.ts",
  platform: "node",
  transform: { target: "node20" },
  external: [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
  plugins: [findCore, refuseImports],
  output: {
    dir: "dist/cli",
    format: "cjs",
    minify: "dce-only",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    codeSplitting: { groups: [{ name: "core", test: (id) => core.has(id) }] },
  },
};

// Bundles the command. What an ordinary dump needs is one file, since a file more to load costs more than a longer one;
// what stands behind a dynamic import is loaded when it is asked for. CommonJS, since Node's loader of ES modules takes
// 4 ms to start (of some 40 that the program takes), and since bin/load.js then can bring the core's code with it; the
// package's interface stays ES modules.
import { readFileSync } from "node:fs";

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const core = new Set();

/** Finds the modules that the program's entry imports, and those that they import, however far. */
const findCore = {
  name: "find-core",
  buildEnd() {
    for (const id of this.getModuleIds()) if (this.getModuleInfo(id).isEntry) core.add(id);
    for (const id of core) for (const imported of this.getModuleInfo(id)?.importedIds ?? []) core.add(imported);
  },
};

export default {
  input: "src/cli/main.ts",
  platform: "node",
  transform: { target: "node20" },
  external: [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
  plugins: [findCore],
  output: {
    dir: "dist/cli",
    format: "cjs",
    minify: "dce-only",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    codeSplitting: { groups: [{ name: "core", test: (id) => core.has(id) }] },
  },
};

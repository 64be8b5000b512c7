// Bundles the command. What an ordinary dump needs is one file, since a file more to load costs more than a longer one;
// what stands behind a dynamic import is loaded when it is asked for.
import { readFileSync } from "node:fs";

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
/** Installed with the program. yargs-parser is not: each start of the program needs it. */
const external = Object.keys(dependencies).filter((name) => name !== "yargs-parser");
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
  external: [/^node:/, ...external.map((name) => new RegExp(`^${name}(/|$)`))],
  plugins: [findCore],
  output: {
    dir: "dist/cli",
    format: "esm",
    minify: "dce-only",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    codeSplitting: { groups: [{ name: "core", test: (id) => core.has(id) }] },
  },
};

// Bundles the command. What all commands need is one file, and what each of those that a small map is read with needs
// beyond it another one, since both a file more and code that isn't run cost time at each start; what stands behind any
// other dynamic import is split as the bundler likes. CommonJS, since Node's loader of ES modules takes 4 ms to start (of
// some 40 that the program takes); the package's interface stays ES modules.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

/** Files, and the modules that each begins with: it has those too that these import, however far, and no earlier file has. */
const FILES = [
  ["core", ["src/cli/main.ts", "src/cli/select-maps.ts", "src/cli/usage.ts", "src/output/map-header.ts"]],
  ["dump", ["src/cli/commands/dump.ts"]],
  ["list", ["src/cli/commands/list.ts"]],
];

const fileOf = new Map();

const assignFiles = {
  name: "assign-files",
  buildEnd() {
    for (const [file, roots] of FILES) {
      const todo = roots.map((root) => resolve(root));
      for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
        if (fileOf.has(id)) continue;
        fileOf.set(id, file);
        todo.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
    }
  },
};

export default {
  input: "src/cli/main.ts",
  platform: "node",
  transform: { target: "node20" },
  external: [/^node:/, ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
  plugins: [assignFiles],
  output: {
    dir: "dist/cli",
    format: "cjs",
    minify: "dce-only",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    codeSplitting: {
      groups: FILES.map(([name]) => ({ name, test: (id) => fileOf.get(id) === name })),
    },
  },
};

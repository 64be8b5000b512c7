// Rolldown's configuration for `npm run build`, which bundles the command into dist/cli. What an ordinary dump needs is
// one file, the core, and what a query needs besides is another, since another file to load costs more than a longer
// one; what stands behind a dynamic import, or is lazy, is loaded when it is needed. The bundle is CommonJS, since
// Node's loader of ES modules takes 4 ms to start (of some 40 that the program takes) and bin/load.js can then run
// chunks from compiled code; the package's interface stays ES modules. Packages are part of the bundle, with their
// licences: Node takes 20 ms to load the parser of conditions as the modules that it consists of. Only koffi's binary,
// and yargs for completions, stay outside.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { asFunction, exportAtOnce, loadWhenUsed, runtimeInCore } from "./chunk-form.mjs";
import { onlyAscii } from "./only-ascii.mjs";

const { dependencies } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const OUTSIDE = ["koffi", "yargs"];

/** Chunks by the modules that they begin with; what these import comes along, unless another chunk has it. */
const CHUNKS = {
  core: ["cli/main.ts"],
  queries: ["cli/commands/dump-rows.ts", "output/rows/open-writer.ts", "output/rows/json-rows.ts"],
};

/**
 * The same, but loaded when one of their functions or classes is first used, so no module may use them as it is loaded.
 * In ES modules no call could wait for that.
 */
const LAZY = {
  conditions: ["query/cel/where.ts"],
  facts: ["query/facts/fact-filter.ts"],
  patterns: ["query/cel/re2.ts"],
  groups: [
    "query/aggregate/cpu-aggregation.ts",
    "query/aggregate/groups.ts",
    "query/aggregate/per-cpu.ts",
    "query/aggregate/group.ts",
    "query/follow/keyed-groups.ts",
    "query/cel/empty-hints.ts",
    "output/rows/cut-json.ts",
    "query/rows/heap.ts",
    "query/rows/top.ts",
    "sys/lookup-tables.ts",
  ],
  seldom: [
    "codec/text/interpreter.ts",
    "codec/text/program-text.ts",
    "reader/repeated-keys.ts",
    "reader/walk.ts",
    "reader/occupancy.ts",
    "reader/memlock-entries.ts",
    "reader/count/bucket-sample.ts",
    "reader/count/bucket-window.ts",
    "reader/kernel-sizes.ts",
    "reader/views/unread-map.ts",
    "reader/ring-use.ts",
    "reader/names/name-pattern.ts",
    "sys/processes.ts",
    "sys/pins.ts",
    "output/terminal/terminal-guard.ts",
    "schema/special-fields.ts",
    "schema/file/json-fault.ts",
    "cli/maps/bpftool-answers.ts",
    "cli/maps/near-maps.ts",
    "cli/maps/maps-of-file.ts",
    "cli/args/refusal.ts",
    "nearest.ts",
  ],
};

/** The paths of the modules in each chunk of the above. */
const members = {};
const lazyRoots = new Set(Object.values(LAZY).flat().map(sourcePath));

function sourcePath(name) {
  return resolve("src", name);
}

const findMembers = {
  name: "find-members",
  buildEnd() {
    const taken = new Set();
    for (const [name, roots] of [...Object.entries(CHUNKS), ...Object.entries(LAZY)]) {
      for (const root of roots) if (!this.getModuleInfo(sourcePath(root))) this.error(`no module imports ${root}`);
      members[name] = closure(this, roots.map(sourcePath), taken);
      for (const id of members[name]) taken.add(id);
    }
  },
};

/** Finds modules and those that they import, however far, without those of other chunks. */
function closure(graph, roots, taken) {
  const found = new Set(roots);
  for (const id of found) {
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) {
      if (!taken.has(imported) && !lazyRoots.has(imported)) found.add(imported);
    }
  }
  return found;
}

/** Makes packages part of the bundle that a module requires when it needs them. */
const requirePackages = {
  name: "require-packages",
  transform(code, id) {
    if (id.includes("node_modules") || !code.includes("createRequire(import.meta.url)(")) return null;
    return code.replaceAll(/createRequire\(import\.meta\.url\)\((?=")/g, "require(");
  },
};

/** Ends the build where a chunk would load a package by `import()`, which code without a path (see load.js) can't. */
const refuseImports = {
  name: "refuse-imports",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      const outside = (chunk.dynamicImports ?? []).filter((name) => !(name in bundle));
      if (outside.length > 0) this.error(`${chunk.fileName} imports ${outside.join(", ")}`);
    }
  },
};

/** Adds the licences of the packages that are in the bundle. */
const keepLicences = {
  name: "keep-licences",
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => chunk.moduleIds ?? []);
    const folders = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
    const source = [...folders].sort().map(licenceOf).join("\n");
    this.emitFile({ type: "asset", fileName: "licences.txt", source });
  },
};

function licenceOf(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).sort();
  const texts = files.filter((file) => /^licen[cs]e/i.test(file));
  if (texts.length === 0) throw new Error(`${name} has no file with its licence`);
  const notices = files.filter((file) => /^notice/i.test(file));
  return [
    `${name} ${version}\n`,
    ...[...texts, ...notices].map((file) => readFileSync(join(folder, file), "utf8")),
  ].join("\n");
}

export default {
  input: { core: "src/cli/main.ts" },
  preserveEntrySignatures: "allow-extension",
  platform: "node",
  transform: { target: "node20" },
  external: [/^node:/, ...OUTSIDE.filter((name) => name in dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
  // Modules of a group that are imported dynamically as well are meant to be.
  checks: { ineffectiveDynamicImport: false },
  // Comments that name the file of each module would name the folder that node_modules is a link to.
  experimental: { attachDebugInfo: "none" },
  plugins: [
    requirePackages,
    findMembers,
    refuseImports,
    onlyAscii,
    keepLicences,
    runtimeInCore,
    loadWhenUsed(Object.keys(LAZY)),
    exportAtOnce,
    asFunction,
  ],
  output: {
    dir: "dist/cli",
    format: "cjs",
    minify: "dce-only",
    comments: false,
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    codeSplitting: {
      groups: [...Object.keys(CHUNKS), ...Object.keys(LAZY)].map((name, i) => {
        return { name, test: (id) => members[name].has(id), priority: 100 - i, includeDependenciesRecursively: false };
      }),
    },
  },
};

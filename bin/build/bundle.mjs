// Rolldown's configuration for `npm run build`, which bundles the command into dist/cli. What an ordinary dump needs is one
// file, the core, and what a query needs besides is another, since another file to load costs more than a longer one; what
// stands behind a dynamic import, or is lazy, is loaded when it is needed. The bundle is CommonJS, since Node's loader of ES
// modules takes 4 ms to start (of some 40 that the program takes) and bin/load.js can then run chunks from compiled code; the
// package's interface stays ES modules. Packages are part of the bundle, with their licences: Node takes 20 ms to load the
// parser of conditions as the modules that it consists of. Only koffi's binary, and yargs for completions, stay outside.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { asFunction, exportAtOnce, runtimeInCore } from "./chunk-form.mjs";
import { onlyAscii } from "./only-ascii.mjs";

const { dependencies } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const OUTSIDE = ["koffi", "yargs"];

/** Modules that are loaded when the first of their functions is called, by chunk. In ES modules no call could wait for that. */
const LAZY = {
  conditions: { module: resolve("src/query/cel/where.ts"), functions: ["compileWhere"] },
  facts: { module: resolve("src/query/facts/fact-filter.ts"), functions: ["factFilter"] },
  patterns: { module: resolve("src/query/cel/re2.ts"), functions: ["compilePattern"] },
};

/** Finds the modules that some modules import, and those that they import, however far. */
function closure(graph, roots) {
  const found = new Set(roots);
  for (const id of found) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}

/** The modules of the core, and those that queries need besides. */
const groups = { core: new Set(), queries: new Set() };
const QUERY_MODULES = [
  "src/cli/commands/dump-rows.ts",
  "src/output/rows/open-writer.ts",
  "src/output/rows/json-rows.ts",
];

const findGroups = {
  name: "find-groups",
  buildEnd() {
    const entries = [...this.getModuleIds()].filter((id) => id === resolve("src/cli/main.ts"));
    groups.core = closure(this, entries);
    groups.queries = closure(
      this,
      QUERY_MODULES.map((path) => resolve(path)),
    );
  },
};

/** Puts functions that load a chunk in the place of modules that are lazy. */
const loadLazily = {
  name: "load-lazily",
  buildStart() {
    for (const [name, { module }] of Object.entries(LAZY)) this.emitFile({ type: "chunk", id: module, name });
  },
  async resolveId(source, importer) {
    const chunk = /^\.\/(\w+)\.cjs$/.exec(source)?.[1];
    if (chunk in LAZY) return { id: source, external: true };
    if (importer === undefined || !source.startsWith(".") || importer.startsWith("\0")) return null;
    const id = resolve(importer, "..", source);
    const lazy = Object.entries(LAZY).find(([, { module }]) => module === id);
    return lazy === undefined ? null : `\0lazy:${lazy[0]}`;
  },
  load(id) {
    if (!id.startsWith("\0lazy:")) return null;
    const chunk = id.slice("\0lazy:".length);
    const functions = LAZY[chunk].functions.map(
      (name) => `export function ${name}(...args) { return require("./${chunk}.cjs").${name}(...args); }`,
    );
    return functions.join("\n");
  },
};

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
  input: "src/cli/main.ts",
  platform: "node",
  transform: { target: "node20" },
  external: [/^node:/, ...OUTSIDE.filter((name) => name in dependencies).map((name) => new RegExp(`^${name}(/|$)`))],
  // Modules of a group that are imported dynamically as well are meant to be.
  checks: { ineffectiveDynamicImport: false },
  // Comments that name the file of each module would name the folder that node_modules is a link to.
  experimental: { attachDebugInfo: "none" },
  plugins: [loadLazily, requirePackages, findGroups, refuseImports, onlyAscii, keepLicences, runtimeInCore, exportAtOnce, asFunction],
  output: {
    dir: "dist/cli",
    format: "cjs",
    minify: "dce-only",
    comments: false,
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    codeSplitting: {
      groups: [
        { name: "core", test: (id) => groups.core.has(id), priority: 2 },
        { name: "queries", test: (id) => groups.queries.has(id), priority: 1 },
      ],
    },
  },
};

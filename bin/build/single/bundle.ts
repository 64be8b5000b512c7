import { readdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { type Plugin, rolldown } from "rolldown";
// biome-ignore lint/correctness/useImportExtensions: its types lie in bundle.d.mts, which Biome takes for the module
import options from "../bundle.mjs";

/** The modules that find files of the package, and those that find them in the executable. */
const REPLACED: Readonly<Record<string, string>> = {
  "src/cli/package/package-files.ts": "bin/build/single/package-files.ts",
  "src/sys/koffi/binary.ts": "bin/build/single/koffi.ts",
};

/**
 * Bundles the command into a folder as `npm run build` does, but with all packages: the executable has no node_modules.
 * Returns the folders of the packages that are in it.
 */
export async function bundleChunks(folder: string): Promise<string[]> {
  rmSync(folder, { recursive: true, force: true });
  const { output, plugins = [], ...rest } = options;
  const bundle = await rolldown({
    ...rest,
    external: /^node:/,
    plugins: [replaceModules(), plugins],
    // Of yargs's, for configuration files that extend others.
    checks: { ...rest.checks, emptyImportMeta: false },
  });
  const { output: files } = await bundle.write({ ...output, dir: folder });
  await bundle.close();
  const modules = files.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  return [...new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []))].sort();
}

/** The names of a folder's files that end so, sorted: the same wherever it is built. */
export function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort();
}

function replaceModules(): Plugin {
  const replaced = new Map(Object.entries(REPLACED).map(([from, to]) => [resolve(from), resolve(to)]));
  return {
    name: "replace-modules",
    load(id) {
      const to = replaced.get(id);
      return to === undefined ? null : `export * from ${JSON.stringify(to)};`;
    },
  };
}

import { readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Plugin, rolldown } from "rolldown";
import options from "../bundle.mjs";

/** The modules that find files of the package, and those that find them in the executable. */
const REPLACED: Readonly<Record<string, string>> = {
  "src/cli/package-files.ts": "bin/build/single/package-files.ts",
  "src/sys/koffi.ts": "bin/build/single/koffi.ts",
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
    plugins: [plugins, replaceModules(), requirePackages()],
    // Of yargs's, for configuration files that extend others.
    checks: { emptyImportMeta: false },
  });
  const { output: files } = await bundle.write({ ...output, dir: folder });
  await bundle.close();
  const modules = files.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  return [...new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []))].sort();
}

/** The names of all files in a folder, however deep, sorted: the same wherever it is built. */
export function filesIn(folder: string): string[] {
  const found = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return found.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort();
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

/** Makes packages part of the bundle that a module of ours would require when it needs them. */
function requirePackages(): Plugin {
  return {
    name: "require-packages",
    transform(code, id) {
      if (id.includes("node_modules") || !code.includes("createRequire(import.meta.url)(")) return null;
      return code.replaceAll(/createRequire\(import\.meta\.url\)\((?=")/g, "require(");
    },
  };
}

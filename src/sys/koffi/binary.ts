import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export type Koffi = typeof import("koffi");

/** The loader without which a Node for musl doesn't start, and which a system with glibc rarely has. */
const MUSL_LOADERS: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "/lib/ld-musl-x86_64.so.1",
  arm64: "/lib/ld-musl-aarch64.so.1",
};

/** A bundle in CommonJS has no `import.meta`, but a name of its own file. */
declare const __filename: string;

const HERE = import.meta.filename ?? __filename;

/**
 * Loads koffi from where npm puts it. The single executable has another module in place of this one. A bundle leaves
 * koffi behind, which has a binary: whoever runs it elsewhere must install it there, and is told so.
 */
export function requireKoffi(): Koffi {
  try {
    return koffiBinary() ?? (createRequire(HERE)("koffi") as Koffi);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND")) throw error;
    const where = `it is not in a node_modules above ${HERE}`;
    throw new Error(`${where}, where npm install koffi puts it, beside a bundle, too`, { cause: error });
  }
}

/**
 * koffi's binary for glibc, from where npm puts it: beside koffi. koffi's own module searches for the binary, looks
 * into Node's binary for the C library it was linked with, and warns of the names of older versions, which together
 * takes longer than reading a small map; and to load a file of a known name, Node's search for modules takes as long as
 * the system does. Undefined on another kind of system or installation, where koffi's module has to do that.
 */
function koffiBinary(): Koffi | undefined {
  try {
    if (existsSync(MUSL_LOADERS[process.arch] ?? "")) return undefined;
    const file = fileInModules(join("@koromix", `koffi-linux-${process.arch}`, `linux_${process.arch}`, "koffi.node"));
    if (file === undefined) return undefined;
    const module: { exports: unknown } = { exports: {} };
    process.dlopen(module, file);
    const binary = module.exports as Koffi;
    return binary.version.startsWith("3.") ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Finds a file in the nearest node_modules above this file that has it. */
function fileInModules(name: string): string | undefined {
  for (let folder = dirname(HERE); ; folder = dirname(folder)) {
    const file = join(folder, "node_modules", name);
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) return undefined;
  }
}

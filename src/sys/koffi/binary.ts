import { existsSync } from "node:fs";
import { createRequire } from "node:module";

export type Koffi = typeof import("koffi");

/** The loader without which a Node for musl doesn't start, and which a system with glibc rarely has. */
const MUSL_LOADERS: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "/lib/ld-musl-x86_64.so.1",
  arm64: "/lib/ld-musl-aarch64.so.1",
};

const require = createRequire(import.meta.filename);

/** Loads koffi from where npm puts it. The single executable has another module in place of this one. */
export function requireKoffi(): Koffi {
  return koffiBinary() ?? (require("koffi") as Koffi);
}

/**
 * koffi's binary for glibc, from where npm puts it: beside koffi. koffi's own module searches for the binary, looks
 * into Node's binary for the C library it was linked with, and warns of the names of older versions, which together
 * takes longer than reading a small map. Undefined on another kind of system or installation, where koffi's module has
 * to do that.
 */
function koffiBinary(): Koffi | undefined {
  try {
    if (existsSync(MUSL_LOADERS[process.arch] ?? "")) return undefined;
    const binary = require(`@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`) as Koffi;
    return binary.version.startsWith("3.") ? binary : undefined;
  } catch {
    return undefined;
  }
}

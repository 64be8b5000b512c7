import { closeSync } from "node:fs";
import type { Koffi } from "../../../src/sys/koffi/binary.ts";
import { assetBytes, assetText } from "./assets.ts";
import { foldersInMemoryFirst, noFolder } from "./folders.ts";
import { openUnnamedFile } from "./unnamed-file.ts";

// Stands in for src/sys/koffi/binary.ts in the single executable, which carries koffi's binary, or in a package knows
// where it lies.

/** Loads koffi's binary. The loader of the C library takes files alone, so it goes into one that never has a name. */
export function requireKoffi(): Koffi {
  const bytes = assetBytes("koffi.node");
  if (bytes === undefined) return loadBinary(assetText("koffi.path"));
  const reasons: string[] = [];
  for (const folder of foldersInMemoryFirst()) {
    try {
      return loadFrom(folder, bytes);
    } catch (error) {
      reasons.push(`${folder}: ${reasonOf(error)}`);
    }
  }
  throw new Error(noFolder(reasons));
}

function loadFrom(folder: string, bytes: Uint8Array): Koffi {
  const fd = openUnnamedFile(folder, bytes);
  try {
    return loadBinary(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

function loadBinary(path: string): Koffi {
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module, path);
  return module.exports as Koffi;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== "ERR_DLOPEN_FAILED") return code ?? message;
  return message.includes("failed to map segment") ? "noexec" : (message.split(": ").at(-1) ?? message);
}

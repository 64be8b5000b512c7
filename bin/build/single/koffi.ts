import { closeSync, existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Koffi } from "../../../src/sys/koffi.ts";
import { assetBytes, assetText } from "./assets.ts";
import { openUnnamedFile } from "./unnamed-file.ts";

// Stands in for src/sys/koffi.ts in the single executable, which carries koffi's binary, or in a package knows where it lies.

/** Loads koffi's binary. The loader of the C library takes files alone, so it goes into one that never has a name. */
export function requireKoffi(): Koffi {
  const bytes = assetBytes("koffi.node");
  if (bytes === undefined) return loadBinary(assetText("koffi.path"));
  const reasons: string[] = [];
  for (const folder of candidates()) {
    try {
      return loadFrom(folder, bytes);
    } catch (error) {
      reasons.push(`${folder}: ${reasonOf(error)}`);
    }
  }
  throw new Error(
    existsSync("/proc/self/fd")
      ? `no folder may hold a program that can be run: ${reasons.join(", ")}; XDG_RUNTIME_DIR may name another`
      : "/proc is not mounted, and without it no file can be used that has no name",
  );
}

/** Folders where a file may be made and run, those in memory first. The loader says no where one is mounted noexec. */
function candidates(): string[] {
  const runtime = process.env.XDG_RUNTIME_DIR ?? "";
  const folders = ["/run", "/dev/shm", "/tmp", "/var/tmp", dirname(process.execPath)];
  return runtime.startsWith("/") ? [runtime, ...folders] : folders;
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

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { type Processor, starting } from "../processors.ts";
import { runTool } from "../run-tool.ts";

/** Puts a file into a folder, however deep, with a mode that doesn't depend on this machine's. */
export function put(root: string, path: string, content: string | Uint8Array, mode = 0o644): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  writeFileSync(file, content, { mode });
}

/** Copies a file as {@link put} does. */
export function putCopy(root: string, path: string, source: string, mode = 0o644): void {
  put(root, path, "", mode);
  copyFileSync(source, join(root, path));
}

/** The executable that has koffi's binary in a file of its own, and that file, as they lie in an installed system. */
export function putProgram(root: string, { arch }: Processor): void {
  putCopy(root, "usr/bin/ebpf-map", resolve(".cache", "single", `ebpf-map-linux-${arch}`), 0o755);
  putCopy(root, "usr/lib/ebpf-map/koffi.node", resolve(".cache", "single", `koffi-${arch}.node`));
}

/** Compresses a document, with no time and no name in it. */
export function gzipped(file: string): Uint8Array {
  return gzipSync(readFileSync(file), { level: 9 });
}

/** The script that completes the words of the command in bash. */
export function completionScript(processor: Processor): Promise<string> {
  return runTool([...starting(processor, resolve("artefacts", `ebpf-map-linux-${processor.arch}`)), "completion"]);
}

export const MAN_PAGE = resolve("bin", "man", "ebpf-map.1");
export const LICENCES = resolve(".cache", "single", "licences.txt");

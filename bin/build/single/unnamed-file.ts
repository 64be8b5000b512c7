import { closeSync, constants, openSync, writeSync } from "node:fs";

const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/**
 * Opens a file with these bytes for reading. It lies in a folder but never has a name, so whenever the process ends, also by
 * SIGKILL, nothing is left of it.
 */
export function openUnnamedFile(folder: string, bytes: Uint8Array): number {
  const writable = openSync(folder, O_TMPFILE | constants.O_RDWR, 0o500);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(writable, bytes, at);
    return openSync(`/proc/self/fd/${writable}`, constants.O_RDONLY);
  } finally {
    closeSync(writable);
  }
}

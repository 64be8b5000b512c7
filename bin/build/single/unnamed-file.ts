import { closeSync, constants, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";

const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** The errors of file systems that can't make a file without a name, as overlayfs before Linux 6.3. */
const CANNOT = new Set(["ENOTSUP", "EISDIR", "EINVAL", "ENOENT"]);

/**
 * Opens a file with these bytes for reading. It lies in a folder but has no name, so whenever the process ends, also by
 * SIGKILL, nothing is left of it.
 */
export function openUnnamedFile(folder: string, bytes: Uint8Array): number {
  const writable = openWithoutName(folder);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(writable, bytes, at);
    return openSync(`/proc/self/fd/${writable}`, constants.O_RDONLY);
  } finally {
    closeSync(writable);
  }
}

/** Where the file system needs a name, the file loses it before anything is written into it. */
function openWithoutName(folder: string): number {
  try {
    return openSync(folder, O_TMPFILE | constants.O_RDWR, 0o500);
  } catch (error) {
    if (!CANNOT.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  const path = join(folder, `.ebpf-map-${process.pid}-${process.hrtime.bigint()}`);
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o500);
  unlinkSync(path);
  return fd;
}

import { type Dirent, opendirSync, readFileSync } from "node:fs";
import { bytesFromText, textFromBytes } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import type { Kernel } from "./kernel.ts";
import { parseMounts } from "./mounts.ts";
import { systemFileError } from "./system-file.ts";

/** A file in a bpf file system that holds a map. */
export interface Pin {
  readonly mapId: number;
  readonly path: string;
}

/** The first capacity of libbpf's hash table, which doubles as it fills up. */
const FIRST_CAPACITY = 4;

/**
 * Finds all pins of maps in all bpf file systems that `mounts` (a file like `/proc/mounts`) lists, in bpftool's order:
 * mount by mount, each folder depth first, its entries as the kernel returns them. Files that can't be opened are left
 * out. Throws KERNEL or NO_PERMISSION where the mounts can't be read.
 */
export function findPins(kernel: Kernel, mounts: string = "/proc/mounts"): Pin[] {
  const pins: Pin[] = [];
  for (const mount of parseMounts(readMounts(mounts))) {
    if (!mount.type.startsWith("bpf")) continue;
    for (const path of filesBelow(mount.path)) {
      const mapId = pinnedMapId(kernel, path);
      if (mapId !== undefined) pins.push({ mapId, path });
    }
  }
  return pins;
}

/**
 * Lists every file below a folder, depth first. Entries keep the order of readdir(3), so this uses opendir: Node's
 * readdir sorts them. A folder is read to its end before the next is opened. Symbolic links are not followed.
 */
export function filesBelow(folder: string): string[] {
  const files: string[] = [];
  for (const entry of entriesOf(folder)) {
    const path = `${folder}/${textFromBytes(Buffer.from(entry.name, "latin1"))}`;
    if (entry.isDirectory()) for (const file of filesBelow(path)) files.push(file);
    else if (!entry.isSymbolicLink()) files.push(path);
  }
  return files;
}

/**
 * Groups paths by map, in the order in which bpftool prints them. bpftool keeps them in a hash table, where a new entry
 * goes before the earlier ones of its map. With "hash-table", which is libbpf's, the entries move to a larger table as
 * it fills up, one by one and each to the front again, so all orders are reversed each time the table grows.
 */
export function orderPins(
  pins: readonly Pin[],
  order: "last-first" | "hash-table",
): ReadonlyMap<number, readonly string[]> {
  const paths = new Map<number, string[]>();
  let capacity = 0;
  pins.forEach(({ mapId, path }, entries) => {
    if (order === "hash-table" && Math.trunc(((entries + 1) * 4) / 3) > capacity) {
      capacity = Math.max(FIRST_CAPACITY, 2 * capacity);
      for (const list of paths.values()) list.reverse();
    }
    const list = paths.get(mapId);
    if (list) list.unshift(path);
    else paths.set(mapId, [path]);
  });
  return paths;
}

function readMounts(path: string): string {
  try {
    return textFromBytes(readFileSync(path));
  } catch (error) {
    throw systemFileError("find pinned maps by the mounts", path, error);
  }
}

function pinnedMapId(kernel: Kernel, path: string): number | undefined {
  try {
    using fd = kernel.openPinned(path);
    return kernel.objectKind(fd) === "map" ? kernel.mapInfo(fd).id : undefined;
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}

/** A folder's entries; none if it can't be read. Names are bytes, and therefore read as Latin-1. */
function entriesOf(folder: string): Dirent[] {
  const entries: Dirent[] = [];
  try {
    using dir = opened(folder);
    for (let entry = dir.handle.readSync(); entry !== null; entry = dir.handle.readSync()) entries.push(entry);
  } catch {
    // Removed meanwhile, or not for this user.
  }
  return entries;
}

function opened(folder: string): Disposable & { handle: ReturnType<typeof opendirSync> } {
  const handle = opendirSync(Buffer.from(bytesFromText(folder)), { encoding: "latin1" });
  return { handle, [Symbol.dispose]: () => handle.closeSync() };
}

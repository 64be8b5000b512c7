import { EbpfMapError } from "../../errors.ts";
import { HEADER_START } from "../format.ts";
import { Malformed } from "../malformed.ts";
import { openInput } from "./byte-input.ts";
import type { MapFile } from "./file-map.ts";
import { sectionsOf } from "./load.ts";
import { type OpenStdin, SnapshotFile } from "./snapshot-file.ts";

/** The bytes that tell what a file is. */
const START_BYTES = 256;

/**
 * Opens a snapshot, or what `bpftool -j map dump` has printed; with `stdin`, `-` is that. Throws FILE if the file can't
 * be read, SNAPSHOT_INVALID if it is neither, or a snapshot is truncated, and once the signal has aborted anything.
 */
export async function openMapFile(path: string, stdin?: OpenStdin, signal?: AbortSignal): Promise<MapFile> {
  const file = await SnapshotFile.open(path, stdin, signal);
  try {
    return await mapsOf(file);
  } finally {
    file.opened();
    file.release();
  }
}

/** The maps of a file that is open, of which they keep shares. */
export async function mapsOf(file: SnapshotFile): Promise<MapFile> {
  const start = await startOf(file);
  if (start.startsWith(HEADER_START)) return { maps: await sectionsOf(file), notes: [] };
  if (start === "") {
    const message = `read snapshot ${file.path}: it is empty (did the command that writes it fail?)`;
    throw new EbpfMapError("SNAPSHOT_INVALID", message, { path: file.path, line: 1 });
  }
  if (!/^(?:\xef\xbb\xbf)?\s*(?:[{[]|null|$)/.test(start)) throw isNeither(file.path, start);
  const { openPrinted } = await import("../bpftool/open.ts");
  const { maps, errors } = await openPrinted(file);
  return { maps, notes: errors.map((error) => `bpftool failed: ${error}`) };
}

async function startOf(file: SnapshotFile): Promise<string> {
  using input = openInput(file, 0);
  const start = Buffer.alloc(START_BYTES);
  let length = 0;
  try {
    for (let count = -1; count !== 0 && length < START_BYTES; length += count) {
      count = await input.read(start.subarray(length));
    }
  } catch (error) {
    if (error instanceof Malformed) throw isNeither(file.path, error.message);
    throw error;
  }
  return start.toString("latin1", 0, length);
}

function isNeither(path: string, start: string): EbpfMapError {
  const message = `read snapshot ${path}: it is not an ebpf-map snapshot${hint(start)}`;
  return new EbpfMapError("SNAPSHOT_INVALID", message, { path, line: 1 });
}

function hint(start: string): string {
  if (/^(?:key:|value:|Found \d+ element|\d+: \w+ +name )/.test(start))
    return " (it looks like what bpftool prints without -j: bpftool -j map dump prints JSON, which can be read)";
  if (/^(?:\xff\xfe|\xfe\xff)/.test(start)) return " (it is in UTF-16; UTF-8 is needed)";
  if (/^Error: /.test(start)) return ` (it begins with "${start.slice(0, 120).split("\n")[0]}")`;
  return "";
}

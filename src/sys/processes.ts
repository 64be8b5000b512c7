import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { textFromBytes } from "../bytes.ts";
import { EbpfMapError } from "../errors.ts";
import { systemFileError } from "./system-file.ts";

/** A process that has a map open. */
export interface MapHolder {
  readonly pid: number;
  /** The process's name as in `/proc/PID/comm`, 15 bytes at most. */
  readonly comm: string;
}

export interface MapHolders {
  /** The holders of each map id, by rising pid, each once. */
  readonly byMap: ReadonlyMap<number, readonly MapHolder[]>;
  /** The number of processes whose descriptors this user may not see. */
  readonly hidden: number;
}

/**
 * Finds the processes that hold maps open, in `/proc/PID/fd` and `fdinfo`, without loading a program. `self` is left
 * out, since it opens maps only to show them. Only the descriptors of each process's first thread are visible; its
 * other threads share them, unless they asked the kernel for a table of their own. Throws KERNEL or NO_PERMISSION where
 * processes can't be listed at all.
 */
export function mapHolders(self: number, proc: string = "/proc"): MapHolders {
  const byMap = new Map<number, MapHolder[]>();
  let hidden = 0;
  for (const pid of processIds(proc)) {
    if (pid === self) continue;
    try {
      const ids = openMapIds(`${proc}/${pid}`);
      if (ids.size === 0) continue;
      const holder = { pid, comm: commOf(`${proc}/${pid}`) };
      for (const id of ids) byMap.set(id, [...(byMap.get(id) ?? []), holder]);
    } catch (error) {
      // Anything but a refusal: the process has ended meanwhile.
      if (isRefusal(error)) hidden += 1;
    }
  }
  return { byMap, hidden };
}

function processIds(proc: string): number[] {
  const names = folderNames(proc).filter((name) => /^[1-9]\d*$/.test(name));
  // This one is among them where there is a /proc.
  if (names.length > 0) return names.map(Number).sort((a, b) => a - b);
  const message = `find the processes that hold maps open in ${proc}: there are none (is ${proc} mounted?)`;
  throw new EbpfMapError("KERNEL", message, { path: proc });
}

function folderNames(proc: string): string[] {
  try {
    return readdirSync(proc);
  } catch (error) {
    throw systemFileError("find the processes that hold maps open", proc, error);
  }
}

function openMapIds(folder: string): Set<number> {
  const ids = new Set<number>();
  for (const fd of readdirSync(`${folder}/fd`)) {
    const id = mapIdBehind(folder, fd);
    if (id !== undefined) ids.add(id);
  }
  return ids;
}

function mapIdBehind(folder: string, fd: string): number | undefined {
  try {
    if (readlinkSync(`${folder}/fd/${fd}`) !== "anon_inode:bpf-map") return undefined;
    const match = /^map_id:\s*(\d+)$/m.exec(readFileSync(`${folder}/fdinfo/${fd}`, "latin1"));
    return match ? Number(match[1]) : undefined;
  } catch (error) {
    if (isRefusal(error)) throw error;
    return undefined;
  }
}

function commOf(folder: string): string {
  const bytes = readFileSync(`${folder}/comm`);
  return textFromBytes(bytes.at(-1) === 0x0a ? bytes.subarray(0, -1) : bytes);
}

function isRefusal(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EACCES" || code === "EPERM";
}

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
  const { processes, hidden } = bpfProcesses(self, proc);
  for (const { pid, comm, maps } of processes) {
    for (const id of maps) byMap.set(id, [...(byMap.get(id) ?? []), { pid, comm }]);
  }
  return { byMap, hidden };
}

/** A process and the ids of the BPF objects that it holds open. */
export interface BpfProcess extends MapHolder {
  readonly maps: ReadonlySet<number>;
  readonly programs: ReadonlySet<number>;
  readonly links: ReadonlySet<number>;
  /** The descriptors of its perf events, to which programs may be attached. */
  readonly perfEvents: readonly number[];
}

/** Finds the processes that hold BPF objects or perf events open, by rising pid; see {@link mapHolders}. */
export function bpfProcesses(
  self: number,
  proc: string = "/proc",
): { readonly processes: readonly BpfProcess[]; readonly hidden: number } {
  const processes: BpfProcess[] = [];
  let hidden = 0;
  for (const pid of processIds(proc)) {
    if (pid === self) continue;
    try {
      const held = openObjects(`${proc}/${pid}`);
      if (held !== undefined) processes.push({ pid, comm: commOf(`${proc}/${pid}`), ...held });
    } catch (error) {
      // Anything but a refusal: the process has ended meanwhile.
      if (isRefusal(error)) hidden += 1;
    }
  }
  return { processes, hidden };
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

/** The kinds of objects by the names that links in `/proc/PID/fd` have, and the line of their id in fdinfo. */
const OBJECTS: ReadonlyMap<string, { readonly kind: "maps" | "programs" | "links"; readonly line: RegExp }> = new Map([
  ["anon_inode:bpf-map", { kind: "maps", line: /^map_id:\s*(\d+)$/m }],
  ["anon_inode:bpf-prog", { kind: "programs", line: /^prog_id:\s*(\d+)$/m }],
  ["anon_inode:bpf_link", { kind: "links", line: /^link_id:\s*(\d+)$/m }],
  ["anon_inode:bpf-link", { kind: "links", line: /^link_id:\s*(\d+)$/m }],
]);

const PERF_EVENT = "anon_inode:[perf_event]";

function openObjects(folder: string): Omit<BpfProcess, keyof MapHolder> | undefined {
  const held = { maps: new Set<number>(), programs: new Set<number>(), links: new Set<number>() };
  const perfEvents: number[] = [];
  for (const fd of readdirSync(`${folder}/fd`)) {
    const target = targetOf(folder, fd);
    if (target === PERF_EVENT) perfEvents.push(Number(fd));
    const object = target === undefined ? undefined : OBJECTS.get(target);
    const id = object && idBehind(folder, fd, object.line);
    if (object !== undefined && id !== undefined) held[object.kind].add(id);
  }
  const isAny = held.maps.size + held.programs.size + held.links.size + perfEvents.length > 0;
  return isAny ? { ...held, perfEvents } : undefined;
}

function targetOf(folder: string, fd: string): string | undefined {
  return unlessGone(() => readlinkSync(`${folder}/fd/${fd}`));
}

function idBehind(folder: string, fd: string, line: RegExp): number | undefined {
  const text = unlessGone(() => readFileSync(`${folder}/fdinfo/${fd}`, "latin1"));
  const match = text === undefined ? null : line.exec(text);
  return match ? Number(match[1]) : undefined;
}

function unlessGone(read: () => string): string | undefined {
  try {
    return read();
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

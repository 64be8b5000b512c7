import { readFileSync } from "node:fs";
import { EbpfMapError } from "../errors.ts";
import { systemFileError } from "./system-file.ts";

/** A limit above the CPU numbers of any kernel. */
const MAX_CPUS = 1 << 20;

type CpuSet = "possible" | "online";

/**
 * Reads the numbers of the CPUs that the kernel may ever have, or that are online, rising. Throws KERNEL or
 * NO_PERMISSION.
 */
export function readCpuIds(which: CpuSet, folder = "/sys/devices/system/cpu"): number[] {
  const path = `${folder}/${which}`;
  return cpuIds(readList(path, which), which);
}

function readList(path: string, which: CpuSet): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    throw systemFileError(`read the list of ${which} CPUs`, path, error);
  }
}

/**
 * Parses a list like `0-3,8,10-11` into rising numbers: the slots of a per-CPU value are in this order. The list may be
 * sparse, so neither the highest number nor the online CPUs tell the number of slots. Throws KERNEL.
 */
export function cpuIds(list: string, which: CpuSet): number[] {
  const ids: number[] = [];
  let next = 0;
  for (const range of list.trim().split(",")) {
    const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(range);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (!match || first < next || last < first || last - first > MAX_CPUS) {
      throw new EbpfMapError("KERNEL", `read the list of ${which} CPUs: can't understand ${JSON.stringify(list)}`);
    }
    for (let id = first; id <= last; id++) ids.push(id);
    next = last + 1;
  }
  return ids;
}

import { EbpfMapError } from "../errors.ts";

/** More than any kernel can be built for. */
const MAX_CPUS = 1 << 20;

/**
 * How many CPUs a list like `0-3,8,10-11` names. The kernel writes one slot of a per-CPU value for each *possible* CPU,
 * so this number sizes buffers that the kernel fills without knowing their length: too small would be heap corruption.
 * The list may be sparse; neither the highest number nor the online CPUs would do.
 */
export function countCpus(list: string): number {
  return cpuIds(list).length;
}

/** The numbers that such a list names, rising: the slots of a per-CPU value are in this order. */
export function cpuIds(list: string, which: "possible" | "online" = "possible"): number[] {
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

import { EbpfMapError } from "../errors.ts";

/**
 * How many CPUs a list like `0-3,8,10-11` names. The kernel writes one slot of a per-CPU value for each *possible* CPU,
 * so this number sizes buffers that the kernel fills without knowing their length: too small would be heap corruption.
 * The list may be sparse; neither the highest number nor the online CPUs would do.
 */
export function countCpus(list: string): number {
  let count = 0;
  for (const { first, last } of cpuRanges(list, "possible")) count += last - first + 1;
  return count;
}

/** The numbers of the CPUs in a list of the same form, rising: those that are online. */
export function listCpus(list: string): number[] {
  const cpus: number[] = [];
  for (const { first, last } of cpuRanges(list, "online")) for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  return cpus;
}

function cpuRanges(list: string, which: "possible" | "online"): { first: number; last: number }[] {
  let next = 0;
  return list
    .trim()
    .split(",")
    .map((range) => {
      const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(range);
      const first = Number(match?.[1]);
      const last = Number(match?.[2] ?? match?.[1]);
      if (!match || first < next || last < first) {
        throw new EbpfMapError("KERNEL", `read the list of ${which} CPUs: can't understand ${JSON.stringify(list)}`);
      }
      next = last + 1;
      return { first, last };
    });
}

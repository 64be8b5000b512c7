import { readdirSync, readFileSync } from "node:fs";

/** What a process has at a moment: memory in KiB, of its own and all, and descriptors. */
export interface Sample {
  readonly minute: number;
  readonly resident: number;
  readonly descriptors: number;
}

/** Looks at a process. Throws where it has ended. */
export function sampleOf(pid: number, minute: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const [, resident] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (resident === undefined) throw new Error(`process ${pid} has ended`);
  return { minute, resident: Number(resident), descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** Memory may be so much higher in the second half of the time than it was in the first: collectors take their time. */
const SLACK = 1.1;

/**
 * What grew, in words; undefined where nothing did. The first minute is that of the start. A read that is under way has
 * a descriptor more, so what counts of those is the least: what isn't closed stays in every sample.
 */
export function growthOf(samples: readonly Sample[]): string | undefined {
  const settled = samples.slice(1);
  const middle = Math.ceil(settled.length / 2);
  const [early, late] = [settled.slice(0, middle), settled.slice(middle)];
  if (late.length === 0) return undefined;
  const descriptors = [early, late].map((half) => Math.min(...half.map((sample) => sample.descriptors)));
  const resident = [early, late].map((half) => Math.max(...half.map((sample) => sample.resident)));
  if ((descriptors[1] ?? 0) > (descriptors[0] ?? 0)) return `descriptors: ${descriptors.join(", then ")}`;
  if ((resident[1] ?? 0) > (resident[0] ?? 0) * SLACK) return `memory: ${resident.join(" KiB, then ")} KiB`;
  return undefined;
}

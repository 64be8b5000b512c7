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

/** What grew, in words; undefined where nothing did. The first minute is that of the start. */
export function growthOf(samples: readonly Sample[]): string | undefined {
  const settled = samples.slice(1);
  const middle = Math.ceil(settled.length / 2);
  const [early, late] = [highest(settled.slice(0, middle)), highest(settled.slice(middle))];
  if (late.descriptors > early.descriptors) return `descriptors: ${early.descriptors}, then ${late.descriptors}`;
  if (late.resident > early.resident * SLACK) return `memory: ${early.resident} KiB, then ${late.resident} KiB`;
  return undefined;
}

function highest(samples: readonly Sample[]): { resident: number; descriptors: number } {
  return {
    resident: Math.max(0, ...samples.map(({ resident }) => resident)),
    descriptors: Math.max(0, ...samples.map(({ descriptors }) => descriptors)),
  };
}

import type { Sample } from "./measure.ts";

/** A line of the bench's table, and the figures behind it. */
export interface Row {
  readonly work: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: string;
  /** Least and most CPU seconds of ours. */
  readonly range: string;
  readonly peak: string;
  readonly goal: string;
  readonly samples: unknown;
}

/** The line of a work that two programs do. */
export function ratioRow(work: string, ours: Sample, theirs: Sample, goal: string): Row {
  return {
    work,
    ours: timesText(ours),
    peer: timesText(theirs),
    ratio: `${(theirs.cpu / ours.cpu).toFixed(1)} x CPU, ${(theirs.wall / ours.wall).toFixed(1)} x wall`,
    range: range(ours),
    peak: `${ours.peakMiB.toFixed(0)} MiB`,
    goal,
    samples: { ours: ours.runs, peer: theirs.runs },
  };
}

/** Times in seconds; short ones in milliseconds. */
export function timesText({ cpu, wall }: Sample): string {
  const text = (seconds: number): string =>
    seconds < 0.2 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
  return `${text(cpu)} CPU, ${text(wall)}`;
}

/** The least and the most CPU seconds. */
export function range({ runs }: Sample): string {
  const cpu = runs.map((run) => run.cpu);
  return `${Math.min(...cpu).toFixed(2)}-${Math.max(...cpu).toFixed(2)}`;
}

const HEADINGS = ["work", "ebpf-map", "peer", "ratio", "min-max", "peak", "goal"] as const;

/** The rows as a Markdown table. */
export function tableText(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.work, row.ours, row.peer, row.ratio, row.range, row.peak, row.goal]);
  const lines = [HEADINGS, HEADINGS.map(() => "---"), ...cells];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

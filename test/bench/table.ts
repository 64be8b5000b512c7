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

const HEADINGS = ["work", "ebpf-map", "peer", "ratio", "min-max", "peak", "goal"] as const;

/** The rows as a Markdown table. */
export function tableText(rows: readonly Row[]): string {
  const cells = rows.map((row) => [row.work, row.ours, row.peer, row.ratio, row.range, row.peak, row.goal]);
  const lines = [HEADINGS, HEADINGS.map(() => "---"), ...cells];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

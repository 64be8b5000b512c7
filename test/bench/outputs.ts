import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sample, sample } from "./measure.ts";
import type { Tools } from "./share.ts";
import { type Row, ratioRow } from "./table.ts";

/** A dump into what stands behind it in a shell. Both programs' times are with those of the reader. */
export async function outputRows({ ours, bpftool }: Tools, map: string, rounds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-map-bench-"));
  const outputs: readonly [string, string, string][] = [
    ["| cat", "| cat > /dev/null", "0.65 s wall"],
    ["| wc -c", "| wc -c > /dev/null", ""],
    ["> file", `> ${join(folder, "dump.json")}`, ""],
    ["| jq -c .", "| jq -c . > /dev/null", ""],
  ];
  try {
    const rows: Row[] = [];
    const words = ["-j", "map", "dump", "pinned", map];
    for (const [name, into, goal] of outputs) {
      // jq takes a hundred times as long as the dump.
      const times = name.includes("jq") ? 1 : rounds;
      const got = await sample({ ours: [...ours, ...words], bpftool: [bpftool, ...words] }, times, { into });
      rows.push(ratioRow(`output: --json ${name}`, got.ours as Sample, got.bpftool as Sample, goal));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

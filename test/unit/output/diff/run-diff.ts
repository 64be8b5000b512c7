import type { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import type { DiffSides, DiffWriter } from "../../../../src/output/diff/diff-writer.ts";
import { Diff } from "../../../../src/query/diff/diff.ts";
import { layoutDifferences } from "../../../../src/query/diff/layout-differences.ts";
import { wholeRun } from "../../../../src/query/rows/select-rows.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import type { Asked } from "../../query/run-query.ts";
import { batchOf, type Entry, inputOf, queryOf, type TypedMap } from "../../query/typed-rows.ts";

export interface DiffInput {
  readonly maps: readonly [TypedMap, TypedMap];
  readonly a: readonly Entry[];
  readonly b: readonly Entry[];
  readonly asked?: Asked;
  readonly capacity?: number;
}

/** Returns what a writer prints of the differences of two maps in memory. */
export function printedDiff(input: DiffInput, open: (sides: DiffSides, out: OutputBuffer) => DiffWriter): string {
  const { maps, a, b, asked, capacity = 64 } = input;
  const collected = new CollectedOutput({ capacity });
  const sides = { a: queryOf(maps[0], asked), b: queryOf(maps[1], asked) };
  const writer = open(sides, collected.out);
  const differences = layoutDifferences(sides.a.entryTypes, sides.b.entryTypes);
  writer.layouts(differences);
  const diff = new Diff(sides.a, sides.b, differences.length === 0, writer);
  diff.keep(runOf(maps[0], a));
  diff.compare(runOf(maps[1], b));
  for (const _ of diff.finish());
  writer.end(diff.counts, true);
  return collected.text;
}

/** All entries, with a row for each CPU where there are some. */
function runOf(map: TypedMap, entries: readonly Entry[]): ReturnType<typeof wholeRun> {
  const input = inputOf(map);
  const run = wholeRun(batchOf(input, entries), 0);
  const { cpus = 0 } = map;
  if (cpus === 0) return run;
  const rows = entries.flatMap((_, entry) => Array.from({ length: cpus }, (__, cpu) => ({ entry, cpu })));
  return {
    ...run,
    count: rows.length,
    entries: Int32Array.from(rows, ({ entry }) => entry),
    cpus: Int32Array.from(rows, ({ cpu }) => cpu),
    cpuStride: input.shape.valueStride / cpus,
  };
}

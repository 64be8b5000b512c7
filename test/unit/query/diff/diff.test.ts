import { describe, expect, test } from "vitest";
import { Diff, type DiffCounts } from "../../../../src/query/diff/diff.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";
import type { Asked } from "../run-query.ts";
import { batchOf, type Entry, inputOf, queryOf, runOf, sourceOf, type TypedMap } from "../typed-rows.ts";

const U64: TypedMap = { key: "u32", value: "u64" };

/** What a diff reports, as `+KEY`, `-KEY` and `~KEY NAME,…`, and its counts. */
function diffOf(a: RowRun, b: RowRun, [mapA, mapB]: readonly [TypedMap, TypedMap] = [U64, U64], sameTypes = true) {
  const events: string[] = [];
  const diff = new Diff(queryOf(mapA), queryOf(mapB), sameTypes, {
    added: ({ keysView, k }) => void events.push(`+${keysView.getUint32(k, true)}`),
    removed: ({ keysView, k }) => void events.push(`-${keysView.getUint32(k, true)}`),
    changed({ keysView, k }, _, fields) {
      events.push(`~${keysView.getUint32(k, true)} ${fields.map(({ name }) => name).join(",")}`);
    },
  });
  diff.keep(a);
  diff.compare(b);
  for (const _ of diff.finish());
  return { events, counts: diff.counts };
}

function counts(added: number, removed: number, changed: number, same: number): DiffCounts {
  return { added, removed, changed, same };
}

const [INPUT] = [inputOf(U64)];

test.each<[string, readonly Entry[], readonly Entry[], string[], DiffCounts]>([
  ["nothing and nothing", [], [], [], counts(0, 0, 0, 0)],
  [
    "the same in another order",
    [
      [1, 1],
      [2, 2],
    ],
    [
      [2, 2],
      [1, 1],
    ],
    [],
    counts(0, 0, 0, 2),
  ],
  ["all new", [], [[7, 1]], ["+7"], counts(1, 0, 0, 0)],
  ["all gone", [[7, 1]], [], ["-7"], counts(0, 1, 0, 0)],
  [
    "something of each",
    [
      [1, 1],
      [2, 2n ** 53n],
      [3, 3],
    ],
    [
      [2, 2n ** 53n + 1n],
      [4, 4],
      [1, 1],
    ],
    ["~2 value", "+4", "-3"],
    counts(1, 1, 1, 1),
  ],
  // A live map may give a key twice; the last value of the first map counts.
  [
    "a key twice in the first",
    [
      [1, 1],
      [1, 2],
    ],
    [[1, 2]],
    [],
    counts(0, 0, 0, 1),
  ],
])("%s", (_, a, b, events, expected) => {
  expect(diffOf(runOf(INPUT, a), runOf(INPUT, b))).toEqual({ events, counts: expected });
});

test("types that differ: numbers are compared, fields that one side lacks are not", () => {
  const maps = [
    { key: "u32", value: "struct { u32 n; u32 old; }" },
    { key: "u32", value: "struct { u64 n; u32 new; }" },
  ] as const;
  const a = runOf(inputOf(maps[0]), [[1, { n: 5, old: 1 }], [2, { n: 5, old: 1 }]]); // biome-ignore format: a line a run
  const b = runOf(inputOf(maps[1]), [[1, { n: 5, new: 2 }], [2, { n: 6, new: 2 }]]); // biome-ignore format: a line a run
  expect(diffOf(a, b, maps, false)).toEqual({ events: ["~2 n"], counts: counts(0, 0, 1, 1) });
});

test("entries whose value could not be read are left out and counted", () => {
  const unread = (entries: readonly Entry[], errnos: readonly number[]): RowRun => {
    const run = runOf(INPUT, entries);
    return { ...run, batch: { ...run.batch, errnos: Int32Array.from(errnos) } };
  };
  const result = diffOf(unread([[1, 1], [2, 2]], [0, 2]), unread([[1, 9], [2, 2]], [2, 0])); // biome-ignore format: a line
  expect(result).toEqual({ events: ["+2", "-1"], counts: counts(1, 1, 0, 0) });
});

describe("CPUs are rows of their own", () => {
  const PER_CPU: TypedMap = { key: "u32", value: "u32", cpus: 2 };
  const asked: Asked = {};

  async function rowsOf(entries: readonly Entry[]): Promise<RowRun> {
    const input = inputOf(PER_CPU);
    const query = queryOf(input, asked);
    for await (const run of query.run(sourceOf(batchOf(input, entries)))) return run;
    throw new Error("there are no rows");
  }

  test("only the CPU whose value changed differs", async () => {
    const events: string[] = [];
    const diff = new Diff(queryOf(PER_CPU), queryOf(PER_CPU), true, {
      added: () => void events.push("+"),
      removed: () => void events.push("-"),
      changed: (a, b) =>
        void events.push(
          `${a.valuesView.getUint32(a.v, true)} → ${b.valuesView.getUint32(b.v, true)} on CPU ${a.cpu} and ${b.cpu}`,
        ),
    });
    diff.keep(await rowsOf([[1, 10, 20]]));
    diff.compare(await rowsOf([[1, 10, 21]]));
    for (const _ of diff.finish());
    expect(events).toEqual(["20 → 21 on CPU 1 and 1"]);
    expect(diff.counts).toEqual(counts(0, 0, 1, 1));
  });
});

test("what only the first map has is told in parts", () => {
  let told = 0;
  const ignore = (): void => undefined;
  const diff = new Diff(queryOf(U64), queryOf(U64), true, {
    added: ignore,
    removed() {
      told += 1;
    },
    changed: ignore,
  });
  diff.keep(
    runOf(
      INPUT,
      Array.from({ length: 2500 }, (_, i) => [i, i] as const),
    ),
  );
  const parts: number[] = [];
  for (const _ of diff.finish()) parts.push(told);
  expect([parts, told]).toEqual([[1024, 2048], 2500]);
});

import { describe, expect, test } from "vitest";
import { comparedFields } from "../../../src/query/diff/value-fields.ts";
import { leafColumns } from "../../../src/query/fields/columns.ts";
import { emptyNote, type QueryInput } from "../../../src/query/query.ts";
import type { FieldLayout, Layout } from "../../../src/schema/layout.ts";
import type { Asked } from "./run-query.ts";
import { batchOf, inputOfLayouts, keptValues, layoutOf, queryOf, refusalOf, sourceOf } from "./typed-rows.ts";

/** A record as bpftrace and hand-made BTF have them: members without names, and two of one name. */
function record(...members: readonly (readonly [name: string, type: string])[]): Layout {
  let size = 0;
  const fields = members.map(([name, type]): FieldLayout => {
    const layout = layoutOf(type);
    const field = { name, bitOffset: size * 8, bitfieldBits: 0, layout };
    size += layout.size;
    return field;
  });
  return { kind: "struct", size, fields, typeName: "", tagged: false };
}

const KEY = record(["", "u16"], ["", "u16"]);
const VALUE = record(["", "u64"], ["", "u32"], ["a", "u32"], ["a", "u64"]);
const INPUT = inputOfLayouts(KEY, VALUE);

type Numbers = { _0: number; _1: number; a: number; a_1: number };
const VALUES: readonly Numbers[] = [
  { _0: 1, _1: 20, a: 3, a_1: 40 },
  { _0: 2, _1: 10, a: 3, a_1: 50 },
  { _0: 3, _1: 20, a: 4, a_1: 40 },
];

/** The rows of a query as numbers of 64 or 128 bits, column by column. */
async function rowsOf(asked: Asked, input: QueryInput = INPUT): Promise<number[][]> {
  const query = queryOf(input, asked);
  const entries = VALUES.map(
    (value, i) => [{ _0: i, _1: 7 }, ...new Array<Numbers>(Math.max(1, input.shape.cpus)).fill(value)] as const,
  );
  const rows: number[][] = [];
  for await (const { batch, entries: at, count } of query.run(sourceOf(batchOf(input, entries)))) {
    const view = new DataView(batch.values.buffer);
    const columns = query.columns ?? [];
    for (let row = 0; row < count; row++) {
      rows.push(
        columns.flatMap(({ source }) => {
          if (source.kind !== "field" || source.field.side !== "value") return [];
          const position = (at[row] as number) * query.shape.valueStride + source.field.bitOffset / 8;
          return [
            source.field.layout.size >= 8 ? Number(view.getBigUint64(position, true)) : view.getUint32(position, true),
          ];
        }),
      );
    }
  }
  return rows;
}

describe("members without a name, and two of one name", () => {
  test.each<[string, number[]]>([
    ["value._0 == 2", [1]],
    ["value._1 == 20", [0, 2]],
    ["value.a == 3", [0, 1]],
    ["value.a_1 == 50", [1]],
    ["value._0 + value._1 == value.a + 18", [0]],
    ['value["_1"] in [10]', [1]],
    ["has(value.a_1) && value.a_1 > value.a", [0, 1, 2]],
  ])("in conditions: %s", async (where, kept) => {
    expect(
      (await keptValues(where, inputOfLayouts(undefined, VALUE), VALUES)).map((one) => VALUES.indexOf(one)),
    ).toEqual(kept);
  });

  test("as columns, one by one and all of them", async () => {
    expect(await rowsOf({ select: "value._1,value.a_1" })).toEqual([[20, 40], [10, 50], [20, 40]]); // biome-ignore format: one line
    const all = queryOf(INPUT, { select: "*" }).columns?.map(({ name }) => name);
    expect(all).toEqual(["key._0", "key._1", "value._0", "value._1", "value.a", "value.a_1"]);
    expect(leafColumns({ ...INPUT, cpu: false }, { elements: 0 }).map(({ name }) => name)).toEqual(all);
  });

  test("in orders", async () => {
    expect(await rowsOf({ select: "value._0", sort: "value._1,value._0:desc" })).toEqual([[2], [3], [1]]);
    expect(await rowsOf({ select: "value._0", sort: "value.a_1:desc", top: 1 })).toEqual([[2]]);
  });

  test("in groups", async () => {
    expect(await rowsOf({ groupBy: "value._1", aggregates: "sum(value.a_1),max(value._0)" })).toEqual([[20, 80, 3], [10, 50, 2]]); // biome-ignore format: one line
    const names = queryOf(INPUT, { groupBy: "value._1,value.a_1" }).columns?.map(({ name }) => name);
    expect(names).toEqual(["value._1", "value.a_1", "count()"]);
  });

  test("in aggregates of CPUs", async () => {
    const perCpu = inputOfLayouts(KEY, VALUE, 2);
    const asked = {
      perCpu: "sum",
      aggregates: "value.a_1=max",
      select: "value._0,value._1,value.a,value.a_1",
    } as const;
    expect(await rowsOf(asked, perCpu)).toEqual([[2, 40, 6, 40], [4, 20, 6, 50], [6, 40, 8, 40]]); // biome-ignore format: one line
  });

  test("in comparisons: each by itself", () => {
    expect([...comparedFields(queryOf(INPUT)).keys()]).toEqual(["value._0", "value._1", "value.a", "value.a_1"]);
  });

  test("in messages", async () => {
    expect(refusalOf("value._2 == 1", INPUT).message).toBe("no field `_2` in `anonymous struct`; did you mean `_0`?");
    expect(refusalOf("_0 == 1", INPUT).message).toBe("nothing is called `_0`; did you mean `value._0`?");
    const query = queryOf(INPUT, { where: "value._1 == -1" });
    for await (const run of query.run(sourceOf(batchOf(INPUT, [[{ _0: 0, _1: 0 }, VALUES[0] as Numbers]])))) {
      throw new Error(`${run.count} rows`);
    }
    expect(emptyNote(query)).toBe("Note: --where kept none of 1 entry: `value._1` holds 32 bits: 0 to 4294967295");
  });
});

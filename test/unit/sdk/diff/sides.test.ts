import { expect, test } from "vitest";
import type { DiffSides } from "../../../../src/output/diff/diff-writer.ts";
import type { Query } from "../../../../src/query/query.ts";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { openSides, shapeMismatch } from "../../../../src/sdk/diff/sides.ts";
import { compileSpec, querySpec } from "../../../../src/sdk/query/compile.ts";
import { numbered, sampleMap } from "../../snapshot/sample-maps.ts";
import { connectionsOf, hitsMap } from "../sample-readers.ts";

async function codecsOf(a: MapSource, b: MapSource, notes: string[] = []): Promise<DiffSides> {
  const compile = async (map: MapSource): Promise<Query> => compileSpec(map, querySpec({}));
  return await openSides(a, b, { compile, note: (line) => notes.push(line) });
}

test("a map without types is compared by those of the other, on whichever side it is", async () => {
  const bare = sampleMap({ info: { id: 8, name: "bare", keySize: 8, valueSize: 32 }, entries: numbered(1, 8, 32) });
  for (const [a, b] of [
    [connectionsOf(1), bare],
    [bare, connectionsOf(1)],
  ] as const) {
    const notes: string[] = [];
    const sides = await codecsOf(a, b, notes);
    expect([sides.a, sides.b].map(({ entryTypes }) => entryTypes.value.typeName)).toEqual([
      "struct conn_val",
      "struct conn_val",
    ]);
    expect(notes).toEqual(["Note: map id 8 (bare) has no known types: it is compared by those of map id 7 (conns)"]);
  }
});

test("not where the sizes differ", async () => {
  const sides = await codecsOf(connectionsOf(1), sampleMap({ entries: numbered(1) }));
  expect(sides.b.entryTypes.untyped).toBeDefined();
  expect(shapeMismatch(sides)).toBe("the keys have 8 and 4 bytes");
});

test("a value of each CPU can't be compared with a single one", async () => {
  const sides = await codecsOf(connectionsOf(1), connectionsOf(1));
  expect(shapeMismatch(sides)).toBeUndefined();
  const [hits, one] = [hitsMap(), sampleMap({ entries: numbered(1) })];
  const each = { ...querySpec({}), perCpu: "each" } as const;
  const perCpu = { a: compileSpec(hits, each), b: compileSpec(one, querySpec({})) };
  expect(shapeMismatch(perCpu)).toContain("only one of the maps has a value for each CPU");
});

import { expect, test } from "vitest";
import type { DiffEvents } from "../../../../src/query/diff/diff.ts";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { Comparison, type RowsOf, secondsBetween } from "../../../../src/sdk/diff/comparison.ts";
import { compileSpec, querySpec } from "../../../../src/sdk/query/compile.ts";
import { numbered, sampleMap } from "../../snapshot/sample-maps.ts";
import { connectionsOf } from "../sample-readers.ts";

const rowsOf: RowsOf = (map, query) => query.run(map.entries());

async function comparisonOf(a: MapSource, b: MapSource): Promise<Comparison> {
  return await Comparison.open(a, b, {
    compile: async (map) => compileSpec(map, querySpec({})),
    note: () => undefined,
  });
}

/** Notes the kind of each difference, and the moments at which the comparison yields. */
async function toldBy(comparison: Comparison, sort?: string): Promise<string[]> {
  const told: string[] = [];
  const events: DiffEvents = {
    added: () => told.push("added"),
    removed: () => told.push("removed"),
    changed: () => told.push("changed"),
  };
  const order = sort === undefined ? {} : { sort: { option: "sort", text: sort } };
  for await (const _ of comparison.compare(events, rowsOf, order)) told.push("|");
  return told;
}

test("differences are told as they are found, and counted", async () => {
  const comparison = await comparisonOf(connectionsOf(1), connectionsOf(3));
  expect([comparison.layouts, comparison.mismatch]).toEqual([[], undefined]);
  expect(await toldBy(comparison)).toEqual(["added", "|", "added", "|", "|"]);
  expect(comparison.counts).toEqual({ added: 2, removed: 0, changed: 0, same: 1 });
});

test("an order is known at the end", async () => {
  const comparison = await comparisonOf(connectionsOf(3), connectionsOf(1));
  expect(await toldBy(comparison, "key.addr:desc")).toEqual(["|", "removed", "removed", "|"]);
});

test("a mismatch is found before anything is read", async () => {
  const comparison = await comparisonOf(connectionsOf(1), sampleMap({ entries: numbered(1) }));
  expect(comparison.layouts).not.toEqual([]);
  expect(comparison.mismatch).toBe("the keys have 8 and 4 bytes");
});

test("the seconds between two maps are told by snapshots", () => {
  const [live, now] = [connectionsOf(0), () => new Date("2026-01-01T00:01:00Z")];
  const saved = { ...live, origin: { time: "2026-01-01T00:00:00Z", bootTimeOffsetNs: 0n, arch: "x64" } };
  expect(secondsBetween(saved, live, now)).toBe(60);
  expect(secondsBetween(live, saved, now)).toBeUndefined();
  expect(secondsBetween(live, live, now)).toBeUndefined();
});

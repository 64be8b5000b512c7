import { expect, test } from "vitest";
import { measureMap } from "../../../../src/output/stats/stats.ts";
import { mapSummary } from "../../../../src/server/page/summary.ts";
import { numbersSample } from "../../../helpers/page-maps.ts";

test("of a map, with what isn't known as null", async () => {
  const stats = await measureMap(numbersSample(8, [1n, 2n], { info: { name: "n\u202e" } }));
  expect(mapSummary(stats, { pins: ["/sys/fs/bpf/\u001b"], owner: "agent(7)" })).toEqual({
    id: 8,
    name: String.raw`n\u202e`,
    type: "hash",
    keySize: 4,
    valueSize: 8,
    maxEntries: 8,
    entries: 2,
    accuracy: "",
    ratio: 0.25,
    whenFull: "refuses",
    memory: null,
    growth: null,
    ring: null,
    pins: [String.raw`/sys/fs/bpf/\e`],
    owner: "agent(7)",
    trouble: null,
  });
});

test("says that the count may be short", async () => {
  const stats = await measureMap(numbersSample(8, [1n], { report: { complete: false } }));
  expect(mapSummary(stats, { pins: [], owner: "" }).trouble).toContain("changed while it was counted");
});

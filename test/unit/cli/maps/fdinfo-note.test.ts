import { expect, test } from "vitest";
import { FdinfoNote } from "../../../../src/cli/maps/fdinfo-note.ts";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

const ORIGIN = { time: "2026-01-31T12:00:00.000Z", bootTimeOffsetNs: 0n, arch: "x64" };

test.each<[what: string, maps: readonly MapSource[], notes: number]>([
  ["maps of a kernel that shows their memory", [sampleMap({ fdinfo: { memlock: "4096" } })], 0],
  ["several maps without a line about it: one note", [sampleMap(), sampleMap(), sampleMap()], 1],
  ["a snapshot, which need not have it", [{ ...sampleMap(), origin: ORIGIN }], 0],
])("%s", (_what, maps, notes) => {
  const printed: string[] = [];
  const note = new FdinfoNote((line) => printed.push(line));
  for (const map of maps) note.look(map);
  expect(printed).toHaveLength(notes);
  for (const line of printed)
    expect(line).toMatch(/^Note: \/proc\/self\/fdinfo can't be read \(is \/proc mounted\?\): /);
});

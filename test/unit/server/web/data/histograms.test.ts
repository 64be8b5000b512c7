import { expect, test } from "vitest";
import type { MapHead, Row, ShownColumn } from "../../../../../src/server/page/contract.ts";
import { histograms } from "../../../../../src/server/web/data/histograms.ts";

const KEY: ShownColumn = {
  path: "key.a",
  title: "a",
  side: "key",
  isQuantity: true,
  rendering: null,
  type: "u32",
  counter: null,
};
const LABELS = ["0 -> 1", "2 -> 3", "4 -> 7", "8 -> 15"];

function head(...columns: readonly ShownColumn[]): MapHead {
  return { words: [], layout: [], c: "", untyped: null, columns, histogram: null, isStream: false };
}

function shown(drawn: ReturnType<typeof histograms>): unknown {
  return drawn.map(({ title, slots }) => [
    title,
    ...slots.map(({ label, count, share }) => `${label}: ${count} (${share})`),
  ]);
}

test("lists of counts keep all digits; empty slots at both ends are left out", () => {
  const columns = head(KEY, { ...KEY, path: "value.slots", title: "slots", side: "value" });
  const rows: Row[] = [
    { id: 0, cells: ["1", "[0,18446744073709551615,0,9223372036854775807]"] },
    { id: 1, cells: ["2", "[0,0,0,0]"] },
  ];
  const source = { kind: "arrays", arrays: [{ column: 1, labels: LABELS }] } as const;
  expect(shown(histograms(source, columns, rows))).toEqual([
    ["1", "2 -> 3: 18446744073709551615 (1)", "4 -> 7: 0 (0)", "8 -> 15: 9223372036854775807 (0.4999)"],
    ["2"],
  ]);
});

test("rows with a slot in the key are one histogram for each title, CPUs added up", () => {
  const slot = { ...KEY, path: "key.slot", title: "slot" };
  const columns = head(KEY, slot, { ...KEY, path: "value", title: "value", side: "value" });
  const rows = [
    ["sh", "1", "5"],
    ["sh", "1", "7"],
    ["cat", "2", "1"],
    ["sh", "9", "100"],
  ].map((cells, id) => ({ id, cells }));
  const source = { kind: "keys", slot: 1, count: 2, titles: [0], labels: LABELS, isNamed: true } as const;
  expect(shown(histograms(source, columns, rows))).toEqual([
    ["sh", "2 -> 3: 12 (1)"],
    ["cat", "4 -> 7: 1 (1)"],
  ]);
});

import { expect, test } from "vitest";
import type { MapSummary } from "../../../../../src/server/page/contract.ts";
import {
  clockText,
  counted,
  entriesText,
  fillText,
  fullInText,
  growthText,
  momentText,
  perSecondText,
  sizeText,
} from "../../../../../src/server/web/data/words.ts";

const MAP: MapSummary = {
  id: 7,
  name: "conns",
  type: "hash",
  keySize: 4,
  valueSize: 8,
  maxEntries: 10_240,
  entries: 1024,
  accuracy: "",
  ratio: 0.1,
  whenFull: "refuses",
  memory: 4096,
  growth: { perSecond: 12.34, fullIn: 7500 },
  ring: null,
  pins: [],
  owner: "",
  trouble: null,
};

test("of a map", () => {
  expect([entriesText(MAP), fillText(MAP), growthText(MAP), fullInText(MAP)]).toEqual([
    "1,024 of 10,240",
    "10.0%",
    "+12.3/s",
    "2h 5m",
  ]);
});

test.each([
  [{ entries: null, ratio: null }, "not counted", ""],
  [{ accuracy: "≈" }, "≈1,024 of 10,240", "≈10.0%"],
  [{ whenFull: "none", ratio: null }, "1,024", ""],
  [{ ring: { size: 4096, pending: 512, isFull: false } }, "512 B of 4 KiB pending", "10.0%"],
] as const)("of a map with %j", (more, entries, fill) => {
  expect([entriesText({ ...MAP, ...more }), fillText({ ...MAP, ...more })]).toEqual([entries, fill]);
});

test("of what isn't known", () => {
  expect([growthText({ ...MAP, growth: null }), fullInText({ ...MAP, growth: null }), sizeText(null)]).toEqual([
    "",
    "",
    "–",
  ]);
  expect([clockText("never"), momentText("never")]).toEqual(["", ""]);
});

test("of numbers and times", () => {
  expect([counted(1, "entry", "entries"), counted(2000, "entry", "entries")]).toEqual(["1 entry", "2,000 entries"]);
  expect([perSecondText(null), perSecondText(-3), perSecondText(1234)]).toEqual(["reset", "-3/s", "+1.23k/s"]);
  expect(momentText("2026-11-29T14:03:07.123Z")).toBe("2026-11-29 14:03:07 UTC");
});

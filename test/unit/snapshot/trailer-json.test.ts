import { describe, expect, test } from "vitest";
import type { ReadReport } from "../../../src/reader/entries.ts";
import { Malformed } from "../../../src/snapshot/malformed.ts";
import { parseTrailer, splitTrailer, trailerEnd, trailerStart } from "../../../src/snapshot/trailer-json.ts";

const REPORT: ReadReport = {
  complete: false,
  mode: "walk",
  entries: 2,
  restarts: 1,
  duplicates: 3,
  skipped: 4,
  retries: 5,
  bytes: 16,
  errno: 12,
};
const SHA256 = "0123456789abcdef".repeat(4);

describe("a trailer reads back as what was written", () => {
  test.each<[string, Partial<ReadReport>]>([
    ["without a stop", {}],
    ["a call that failed", { stop: { why: "errno", call: "batch", number: 8 } }],
    ["a map that kept changing", { stop: { why: "changing" } }],
    ["no telling", { stop: { why: "unsure" } }],
  ])("%s", (_, change) => {
    const trailer = { entries: 2, report: { ...REPORT, ...change } };
    const line = Buffer.from(trailerStart(trailer) + trailerEnd(SHA256).trimEnd());
    expect(parseTrailer(line.toString())).toEqual(trailer);
    expect(splitTrailer(line)).toEqual({ covered: Buffer.from(trailerStart(trailer)), sha256: SHA256 });
  });
});

test.each<[string, object]>([
  ['"errno" isn\'t an integer from 0 to 4095', { errno: 4096 }],
  ['"entries" isn\'t an integer', { entries: -1 }],
  ['there is no way of reading called "guess"', { mode: "guess" }],
  ['"complete" isn\'t true or false', { complete: 1 }],
  ['"stop" isn\'t an object', { stop: null }],
  ['there is no end of a read called "fun" in "batch"', { stop: { why: "fun", call: "batch", number: 1 } }],
  ['there is no end of a read called "errno" in "rm"', { stop: { why: "errno", call: "rm", number: 1 } }],
  ['"number" isn\'t an integer from 0', { stop: { why: "errno", call: "batch", number: -1 } }],
])("%s", (problem, change) => {
  const line = JSON.stringify({ entries: 2, report: { ...REPORT, ...change } });
  expect(() => parseTrailer(line)).toThrow(Malformed);
  expect(() => parseTrailer(line)).toThrow(problem);
});

test.each(["", "{}", `${trailerEnd(SHA256).trimEnd()} `, trailerEnd(SHA256.toUpperCase()).trimEnd()])(
  "'%s' doesn't end in a checksum",
  (line) => {
    expect(() => splitTrailer(Buffer.from(line))).toThrow("the trailer doesn't end in a checksum");
  },
);

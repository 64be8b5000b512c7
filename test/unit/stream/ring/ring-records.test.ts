import { describe, expect, test } from "vitest";
import { EventBatch } from "../../../../src/stream/event-batch.ts";
import { listRecords, scanRecords } from "../../../../src/stream/ring/ring-records.ts";
import { Random } from "../../../helpers/random.ts";
import { BUSY, DISCARD } from "../../../helpers/ring-bytes.ts";

/** Headers by their offset. Asking for one that isn't there is a fault: nothing may be read there. */
function headers(words: Record<number, number>): (at: number) => number {
  return (at) => {
    const word = words[at];
    if (word === undefined) throw new RangeError(`header at ${at}`);
    return word;
  };
}

describe("scanRecords", () => {
  const rows: [what: string, words: Record<number, number>, pending: number, limit: number, result: object][] = [
    ["nothing", {}, 0, 100, { bytes: 0, end: "end" }],
    ["one record of 8 bytes", { 0: 8 }, 16, 100, { bytes: 16, end: "end" }],
    ["records are spaced by 8", { 0: 1, 16: 3 }, 32, 100, { bytes: 32, end: "end" }],
    ["a record without bytes", { 0: 0, 8: 0 }, 16, 100, { bytes: 16, end: "end" }],
    ["a busy record first", { 0: BUSY + 8 }, 16, 100, { bytes: 0, end: "busy" }],
    ["finished ones before a busy one", { 0: 8, 16: BUSY + 8 }, 32, 100, { bytes: 16, end: "busy" }],
    ["busy and discarded", { 0: BUSY + DISCARD + 8 }, 16, 100, { bytes: 0, end: "busy" }],
    ["a discarded one is finished", { 0: DISCARD + 8, 16: 4 }, 32, 100, { bytes: 32, end: "end" }],
    ["the limit stops behind what fits", { 0: 8, 16: 8, 32: 8 }, 48, 40, { bytes: 32, end: "more" }],
    ["the first may be longer than the limit", { 0: 200 }, 208, 40, { bytes: 208, end: "end" }],
    ["the second may not", { 0: 8, 16: 200 }, 224, 40, { bytes: 16, end: "more" }],
    ["longer than what there is", { 0: 9 }, 16, 100, { bytes: 0, end: "malformed" }],
    ["whole records before a malformed one", { 0: 8, 16: 800 }, 32, 100, { bytes: 16, end: "malformed" }],
    ["the longest length", { 0: 0x3fff_ffff }, 4096, 100, { bytes: 0, end: "malformed" }],
    ["the longest length, discarded", { 0: 0x7fff_ffff }, 4096, 100, { bytes: 0, end: "malformed" }],
    ["a header that is cut off", { 0: 0 }, 4, 100, { bytes: 0, end: "malformed" }],
  ];
  test.each(rows)("%s", (_, words, pending, limit, result) => {
    expect(scanRecords(headers(words), pending, { bytes: limit, records: 100 })).toEqual(result);
  });

  test("so many records at most", () => {
    expect(scanRecords(() => 0, 800, { bytes: 1e9, records: 7 })).toEqual({ bytes: 56, end: "more" });
  });
});

describe("listRecords", () => {
  function listed(hex: string): { events: string[]; bytes: number } {
    const data = Buffer.from(hex.replaceAll(" ", ""), "hex");
    const batch = new EventBatch(256);
    batch.bytes.set(data);
    const bytes = listRecords(batch, data.length);
    const event = (i: number): string => {
      const at = batch.at[i] ?? 0;
      return Buffer.from(batch.bytes.subarray(at, at + (batch.length[i] ?? 0))).toString("hex");
    };
    return { events: Array.from({ length: batch.count }, (_, i) => event(i)), bytes };
  }
  const rows: [what: string, hex: string, events: string[]][] = [
    ["nothing", "", []],
    ["one", "0300000000000000 6162630000000000", ["616263"]],
    ["two", "0200000000000000 6162000000000000 0100000000000000 7a00000000000000", ["6162", "7a"]],
    ["one without bytes", "0000000000000000", [""]],
    ["a discarded one is left out", "0200004000000000 6162000000000000 0100000000000000 7a00000000000000", ["7a"]],
    ["a busy one ends the list", "0100000000000000 7a00000000000000 0200008000000000 6162000000000000", ["7a"]],
    ["one that is cut off ends the list", "0100000000000000 7a00000000000000 0900000000000000 61", ["7a"]],
    ["half a header", "01000000", []],
    ["the longest length", "ffffff3f00000000 6162636465666768", []],
  ];
  test.each(rows)("%s", (_, hex, events) => {
    expect(listed(hex)).toEqual({ events, bytes: events.join("").length / 2 });
  });

  test("whatever the bytes, an event lies within them", () => {
    const random = new Random(6);
    const batch = new EventBatch(512);
    for (let round = 0; round < 2000; round++) {
      const bytes = random.bytes(random.below(513));
      for (let at = 0; at + 4 <= bytes.length; at += 8) if (random.below(3) > 0) bytes.fill(0, at + 1, at + 4);
      batch.bytes.set(bytes);
      listRecords(batch, bytes.length);
      for (let i = 0; i < batch.count; i++) {
        expect((batch.at[i] ?? NaN) + (batch.length[i] ?? NaN)).toBeLessThanOrEqual(bytes.length);
      }
    }
  });
});

import { describe, expect, test } from "vitest";
import { EventBatch } from "../../../../src/stream/event-batch.ts";
import { newStats } from "../../../../src/stream/event-source.ts";
import { mergeByTime } from "../../../../src/stream/perf/perf-merge.ts";
import { newPerfRecord, readPerfRecord } from "../../../../src/stream/perf/perf-records.ts";
import { lostRecord, sampleRecord } from "../../../helpers/perf-bytes.ts";
import { Random } from "../../../helpers/random.ts";

function read(bytes: Uint8Array, at = 0, end = bytes.length): object {
  const record = newPerfRecord();
  const result = readPerfRecord(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at, end, record);
  return result === "record" ? record : { result };
}

describe("readPerfRecord", () => {
  test("a sample: its time, and its bytes with their padding", () => {
    expect(read(sampleRecord(2n ** 63n + 1n, "event"))).toEqual({
      type: 9,
      size: 32,
      time: 2n ** 63n + 1n,
      at: 20,
      length: 12,
      lost: 0n,
    });
  });

  test("a message of lost events", () => {
    expect(read(lostRecord(7n))).toMatchObject({ type: 2, size: 24, lost: 7n });
  });

  test("a record of another type is told of", () => {
    const throttle = Buffer.from("050000000000 1000 0000000000000000".replaceAll(" ", ""), "hex");
    expect(read(throttle)).toMatchObject({ type: 5, size: 16, at: 8, length: 8, time: 0n });
  });

  const rows: [what: string, hex: string, result: string][] = [
    ["nothing", "", "none"],
    ["half a header", "09000000", "none"],
    ["a record that is cut off", "0900000000001800 0000000000000000", "none"],
    ["no length", "0900000000000000 0000000000000000", "malformed"],
    ["shorter than its header", "0900000000000700", "malformed"],
    ["not a multiple of 8", "0900000000000c00 00000000", "malformed"],
    ["a sample without room for its length", "0900000000001000 0000000000000000", "malformed"],
    ["a sample whose bytes reach behind it", "0900000000001800 0000000000000000 0500000000000000", "malformed"],
    ["a sample of the longest length", "0900000000001800 0000000000000000 ffffffff00000000", "malformed"],
    ["a lost message without its count", "0200000000001000 0000000000000000", "malformed"],
  ];
  test.each(rows)("%s", (_, hex, result) => {
    expect(read(Buffer.from(hex.replaceAll(" ", ""), "hex"))).toEqual({ result });
  });

  test("whatever the bytes, nothing reaches behind the end", () => {
    const random = new Random(4);
    for (let round = 0; round < 5000; round++) {
      const bytes = random.bytes(random.below(64));
      if (bytes.length > 8) bytes.set([random.below(2) ? 9 : 2, 0, 0, 0, 0, 0, 8 * random.below(9), 0]);
      const end = random.below(bytes.length + 1);
      const record = read(bytes, 0, end);
      if ("at" in record) {
        const { at, length, size } = record as { at: number; length: number; size: number };
        expect(at + length).toBeLessThanOrEqual(size);
        expect(size).toBeLessThanOrEqual(end);
      }
    }
  });
});

describe("mergeByTime", () => {
  /** Puts the records of each CPU one behind the other; 256 bytes each. */
  function merge(cpus: readonly (readonly Uint8Array[])[], horizon: bigint, more: readonly boolean[] = []) {
    const batch = new EventBatch(256 * cpus.length);
    const parts = cpus.map((records, cpu) => {
      const bytes = Buffer.concat(records);
      batch.bytes.set(bytes, cpu * 256);
      return { cpu, start: cpu * 256, length: bytes.length, more: more[cpu] ?? false };
    });
    const stats = newStats();
    const outcomes = mergeByTime(batch, parts, { horizon, events: 100 }, stats);
    const events = Array.from({ length: batch.count }, (_, i) => [
      batch.cpu[i],
      batch.time[i],
      batch.type[i] === 9 ? String.fromCharCode(batch.bytes[batch.at[i] ?? 0] ?? 0) : `type ${batch.type[i]}`,
    ]);
    return { events, outcomes, stats };
  }

  test("orders by time what is not later than the horizon, and leaves the rest", () => {
    const cpu0 = [sampleRecord(10n, "a"), sampleRecord(30n, "c"), sampleRecord(50n, "e")];
    const cpu1 = [sampleRecord(20n, "b"), sampleRecord(40n, "d")];
    const { events, outcomes, stats } = merge([cpu0, cpu1], 40n);
    expect(events.map(([, , text]) => text).join("")).toBe("abcd");
    expect(events.map(([cpu]) => cpu)).toEqual([0, 1, 0, 1]);
    expect(outcomes).toEqual([
      { used: 48, malformed: false },
      { used: 48, malformed: false },
    ]);
    expect(stats).toMatchObject({ received: 4, bytes: 16, lost: 0 });
  });

  test("stays at the last time of a CPU whose ring has more than was copied", () => {
    const cpu0 = [sampleRecord(10n, "a"), sampleRecord(20n, "b")];
    const cpu1 = [sampleRecord(15n, "1"), sampleRecord(40n, "2")];
    const { events } = merge([cpu0, cpu1], 100n, [true, false]);
    expect(events.map(([, , text]) => text).join("")).toBe("a1b");
  });

  test("a message of lost events stands where the ring has it, and is counted", () => {
    const cpu0 = [sampleRecord(10n, "a"), lostRecord(5n), sampleRecord(30n, "c")];
    const { events, stats } = merge([cpu0, [sampleRecord(20n, "b")]], 100n);
    expect(events.map(([, , text]) => text)).toEqual(["a", "type 2", "b", "c"]);
    expect(stats).toMatchObject({ received: 3, lost: 5 });
  });

  test("one CPU's broken ring doesn't end the others", () => {
    const broken = Buffer.alloc(16, 0xff);
    const { events, outcomes } = merge([[sampleRecord(1n, "a"), broken], [sampleRecord(2n, "b")]], 100n);
    expect(events.map(([, , text]) => text).join("")).toBe("ab");
    expect(outcomes).toEqual([
      { used: 24, malformed: true },
      { used: 24, malformed: false },
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { EventBatch } from "../../../../src/stream/event-batch.ts";
import type { EventSource } from "../../../../src/stream/event-source.ts";
import { openPerfSource, type PerfSourceOptions } from "../../../../src/stream/perf/perf-source.ts";
import { FakeStreamKernel } from "../../../helpers/fake-stream-kernel.ts";
import { lostRecord, sampleRecord } from "../../../helpers/perf-bytes.ts";

const INFO = { id: 5, type: 4, maxEntries: 8, mapFlags: 0 };
const PRESERVE_ELEMS = 1 << 11;
const ORDERED: PerfSourceOptions = { slots: "online", pages: 1, ordered: true, pollMs: 20 };
const LATER = 1_000_000_000_000n;

const batch = new EventBatch(16);

function readAll(source: EventSource): string[] {
  const count = source.read(batch);
  return Array.from({ length: count }, (_, i) => {
    const at = batch.at[i] ?? 0;
    const text = Buffer.from(batch.bytes.subarray(at, at + (batch.length[i] ?? 0))).toString("latin1");
    return batch.type[i] === 9 ? `${batch.cpu[i]}:${text.replaceAll("\0", "")}` : `${batch.cpu[i]}:lost`;
  });
}

describe("openPerfSource", () => {
  test("puts an event of each online CPU into the slot of its number, and leaves nothing behind", () => {
    const kernel = new FakeStreamKernel([0, 2, 9]);
    {
      using source = openPerfSource(kernel, { id: 5 }, INFO, ORDERED);
      expect([...kernel.slots]).toEqual([
        [0, 0],
        [2, 2],
      ]);
      expect(source.stats.received).toBe(0);
    }
    expect([...kernel.open]).toEqual([]);
    expect([...kernel.slots]).toEqual([]);
  });

  test("one CPU in a slot of choice", () => {
    const kernel = new FakeStreamKernel([0, 1]);
    using _source = openPerfSource(kernel, { id: 5 }, INFO, { ...ORDERED, slots: { cpu: 1, index: 7 } });
    expect([...kernel.slots]).toEqual([[7, 1]]);
  });

  test("empties its own slots where the kernel would keep them, and no others", () => {
    const kernel = new FakeStreamKernel([0, 1], { clearsWhenClosed: false });
    kernel.slots.set(3, 42);
    openPerfSource(kernel, { id: 5 }, { ...INFO, mapFlags: PRESERVE_ELEMS }, ORDERED)[Symbol.dispose]();
    expect([...kernel.slots]).toEqual([[3, 42]]);
  });

  test("closes what it has opened when a later step fails", () => {
    const kernel = new FakeStreamKernel([0, 1]);
    kernel.setPerfSlot = (_map, index) => {
      if (index === 1) throw new Error("no");
    };
    expect(() => openPerfSource(kernel, { id: 5 }, INFO, ORDERED)).toThrow("no");
    expect([...kernel.open]).toEqual([]);
  });

  test("a map without a slot for any online CPU", () => {
    const kernel = new FakeStreamKernel([4]);
    expect(() => openPerfSource(kernel, { id: 5 }, { ...INFO, maxEntries: 2 }, ORDERED)).toThrow(
      "attach to map id 5: it has no slot for an online CPU",
    );
    expect([...kernel.open]).toEqual([]);
  });
});

describe("reading a perf event array", () => {
  test("in the order of time, and what is young only later", () => {
    const kernel = new FakeStreamKernel([0, 1]);
    using source = openPerfSource(kernel, { id: 5 }, INFO, ORDERED);
    kernel.write(0, sampleRecord(100_000_000n, "second"));
    kernel.write(1, sampleRecord(90_000_000n, "first"));
    kernel.write(1, sampleRecord(130_000_000n, "third"));
    kernel.now = 115_000_000n;
    expect(readAll(source)).toEqual(["1:first", "0:second"]);
    kernel.now = 200_000_000n;
    expect(readAll(source)).toEqual(["1:third"]);
    expect(source.stats).toMatchObject({ received: 3, lost: 0 });
  });

  test("gives back what it has handed out when the next is asked for", () => {
    const kernel = new FakeStreamKernel([0]);
    using source = openPerfSource(kernel, { id: 5 }, INFO, ORDERED);
    kernel.now = LATER;
    kernel.write(0, sampleRecord(1n, "a"));
    readAll(source);
    expect(kernel.unread(0)).toBe(24);
    readAll(source);
    expect(kernel.unread(0)).toBe(0);
  });

  test("records that wrap around the end of the ring", () => {
    const kernel = new FakeStreamKernel([0]);
    using source = openPerfSource(kernel, { id: 5 }, INFO, ORDERED);
    kernel.now = LATER;
    for (let i = 0; i < 300; i++) {
      kernel.write(0, sampleRecord(BigInt(i), `an event, number ${i}`));
      expect(readAll(source)).toEqual([`0:an event, number ${i}`]);
    }
    expect(source.stats.malformed).toBe(0);
  });

  test("lost events are counted", () => {
    const kernel = new FakeStreamKernel([0]);
    using source = openPerfSource(kernel, { id: 5 }, INFO, ORDERED);
    kernel.now = LATER;
    kernel.write(0, lostRecord(3n));
    kernel.write(0, sampleRecord(1n, "a"));
    expect(readAll(source)).toEqual(["0:lost", "0:a"]);
    expect(source.stats).toMatchObject({ received: 1, lost: 3 });
  });

  test("after something that is no record the ring is read from its end on", () => {
    const kernel = new FakeStreamKernel([0]);
    using source = openPerfSource(kernel, { id: 5 }, INFO, ORDERED);
    kernel.now = LATER;
    kernel.write(0, Buffer.alloc(16, 0xff));
    expect(readAll(source)).toEqual([]);
    expect(readAll(source)).toEqual([]);
    kernel.write(0, sampleRecord(1n, "a"));
    expect(readAll(source)).toEqual(["0:a"]);
    expect(source.stats.malformed).toBe(1);
  });

  test("CPUs come and go", () => {
    const kernel = new FakeStreamKernel([0, 1]);
    using source = openPerfSource(kernel, { id: 5 }, INFO, ORDERED);
    kernel.write(1, sampleRecord(1n, "last words"));
    kernel.online = [0, 2];
    kernel.now = LATER;
    expect(readAll(source)).toEqual(["1:last words"]);
    expect(kernel.slots.get(2)).toBe(2);
    kernel.write(2, sampleRecord(2n, "hello"));
    kernel.now += LATER;
    expect(readAll(source)).toEqual(["2:hello"]);
    expect(kernel.open.has("event 1")).toBe(false);
    kernel.online = [0, 1, 2];
    kernel.now += LATER;
    readAll(source);
    kernel.write(1, sampleRecord(3n, "again"));
    expect(readAll(source)).toEqual(["1:again"]);
    expect(source.stats.malformed).toBe(0);
  });
});

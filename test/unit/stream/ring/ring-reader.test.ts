import { describe, expect, test } from "vitest";
import { EventBatch } from "../../../../src/stream/event-batch.ts";
import { RingReader, type RingReaderOptions } from "../../../../src/stream/ring/ring-reader.ts";
import { BUSY, DISCARD, FakeRing } from "../../../helpers/ring-bytes.ts";

const PASSIVE: RingReaderOptions = { consume: false, from: "oldest" };
const CONSUMER: RingReaderOptions = { consume: true, from: "oldest" };

function readText(reader: RingReader): string[] {
  const batch = new EventBatch(16);
  const count = reader.read(batch);
  return Array.from({ length: count }, (_, i) => {
    const at = batch.at[i] ?? 0;
    return Buffer.from(batch.bytes.subarray(at, at + (batch.length[i] ?? 0))).toString("latin1");
  });
}

describe("a passive reader", () => {
  test("gets what is there and what comes, and writes nothing", () => {
    const ring = new FakeRing(128);
    ring.write("one");
    const reader = new RingReader(ring.memory, PASSIVE);
    ring.write("two");
    expect(readText(reader)).toEqual(["one", "two"]);
    expect(readText(reader)).toEqual([]);
    ring.write("three");
    expect(readText(reader)).toEqual(["three"]);
    expect(ring.consumer).toBe(0n);
    expect(reader.stats).toMatchObject({ received: 3, bytes: 11, overrun: 0, malformed: 0 });
  });

  test("from now on: nothing of what was there", () => {
    const ring = new FakeRing(128);
    ring.write("old");
    const reader = new RingReader(ring.memory, { consume: false, from: "now" });
    ring.write("new");
    expect(readText(reader)).toEqual(["new"]);
  });

  test("stops at a busy record and goes on when it is finished", () => {
    const ring = new FakeRing(128);
    const reader = new RingReader(ring.memory, PASSIVE);
    ring.write("a");
    const busy = ring.write("b", BUSY);
    ring.write("c");
    expect(readText(reader)).toEqual(["a"]);
    expect(readText(reader)).toEqual([]);
    ring.setHeader(busy, 1);
    expect(readText(reader)).toEqual(["b", "c"]);
  });

  test("skips discarded records, and looks behind a copy of nothing else", () => {
    const ring = new FakeRing(128);
    const reader = new RingReader(ring.memory, PASSIVE);
    ring.write("x", DISCARD);
    expect(readText(reader)).toEqual([]);
    ring.write("y", DISCARD);
    ring.write("z");
    expect(readText(reader)).toEqual(["z"]);
    expect(reader.stats.received).toBe(1);
  });

  test("reads a record across the end of the ring", () => {
    const ring = new FakeRing(64);
    const reader = new RingReader(ring.memory, PASSIVE);
    for (let i = 0; i < 50; i++) {
      ring.write(`record ${i} of many`);
      expect(readText(reader)).toEqual([`record ${i} of many`]);
      ring.consumer = ring.producer;
    }
    expect(reader.stats.overrun).toBe(0);
  });

  test("positions wrap around at 2^64", () => {
    const ring = new FakeRing(64, { start: 2n ** 64n - 16n });
    const reader = new RingReader(ring.memory, PASSIVE);
    ring.write("before it");
    ring.write("behind");
    expect(readText(reader)).toEqual(["before it", "behind"]);
    expect(ring.producer).toBe(24n);
  });

  test("may lag behind the consumer as long as nothing is overwritten", () => {
    const ring = new FakeRing(64);
    const reader = new RingReader(ring.memory, PASSIVE);
    ring.write("12345678");
    ring.write("abcdefgh");
    ring.consumer = ring.producer;
    ring.write("ABCDEFGH");
    expect(readText(reader)).toEqual(["12345678", "abcdefgh", "ABCDEFGH"]);
  });

  test("a producer exactly one ring ahead has begun to overwrite: an overrun, not data", () => {
    const ring = new FakeRing(64);
    const reader = new RingReader(ring.memory, PASSIVE);
    for (const text of ["12345678", "abcdefgh", "ABCDEFGH"]) ring.write(text);
    ring.consumer = ring.producer;
    ring.write("newest..");
    expect(ring.producer).toBe(64n);
    expect(readText(reader)).toEqual(["newest.."]);
    expect(reader.stats).toMatchObject({ received: 1, overrun: 1, overrunBytes: 48 });
  });

  test("overtaken, it goes on where the consumer stands", () => {
    const ring = new FakeRing(64);
    const reader = new RingReader(ring.memory, PASSIVE);
    for (let i = 0; i < 20; i++) {
      ring.write(`event ${i}`);
      if (i < 18) ring.consumer = ring.producer;
    }
    expect(readText(reader)).toEqual(["event 18", "event 19"]);
    expect(reader.stats).toMatchObject({ overrun: 1, overrunBytes: 18 * 16 });
  });

  test("a copy during which the producer came round is thrown away", () => {
    const ring = new FakeRing(64);
    const reader = new RingReader(ring.memory, PASSIVE);
    ring.write("original");
    const { memory } = ring;
    const copy = memory.copy.bind(memory);
    memory.copy = (offset, length, target) => {
      copy(offset, length, target);
      memory.copy = copy;
      for (let i = 0; i < 5; i++) {
        ring.consumer = ring.producer;
        ring.write("usurper!");
      }
    };
    expect(readText(reader)).toEqual(["usurper!"]);
    expect(reader.stats).toMatchObject({ received: 1, overrun: 1 });
  });

  test.each([
    ["behind the producer", 4096n],
    ["not a multiple of 8", 3n],
    ["too far back", -640n],
  ])("a consumer's position that can't be (%s) is not followed", (_, position) => {
    const ring = new FakeRing(64);
    ring.write("old");
    ring.consumer = position;
    const reader = new RingReader(ring.memory, PASSIVE);
    ring.write("new");
    expect(readText(reader)).toEqual(["new"]);
    expect(reader.stats.malformed).toBe(1);
  });

  test("a length that can't be: reading goes on at the producer's position", () => {
    const ring = new FakeRing(64);
    const reader = new RingReader(ring.memory, PASSIVE);
    ring.write("good");
    ring.setHeader(ring.write("bad"), 0x3fff_ffff);
    expect(readText(reader)).toEqual(["good"]);
    expect(readText(reader)).toEqual([]);
    ring.write("next");
    expect(readText(reader)).toEqual(["next"]);
    expect(reader.stats).toMatchObject({ received: 2, malformed: 1 });
  });

  test("a position of the producer that jumps about never makes it go on for ever", () => {
    const ring = new FakeRing(64);
    const reader = new RingReader(ring.memory, PASSIVE);
    let position = 0n;
    ring.memory.producerPosition = () => {
      position += 1000n;
      return position;
    };
    expect(readText(reader)).toEqual([]);
    expect(reader.stats.overrun).toBeGreaterThan(0);
  });
});

describe("a consumer", () => {
  test("gives events back when the next are asked for", () => {
    const ring = new FakeRing(128);
    const reader = new RingReader(ring.memory, CONSUMER);
    ring.write("one");
    expect(readText(reader)).toEqual(["one"]);
    expect(ring.consumer).toBe(0n);
    expect(readText(reader)).toEqual([]);
    expect(ring.consumer).toBe(16n);
  });

  test("one that dies has not taken what it was given last: the next gets it again", () => {
    const ring = new FakeRing(128);
    ring.write("one");
    expect(readText(new RingReader(ring.memory, CONSUMER))).toEqual(["one"]);
    expect(readText(new RingReader(ring.memory, CONSUMER))).toEqual(["one"]);
  });

  test("gives back what it has handed out when that is handled", () => {
    const ring = new FakeRing(128);
    const reader = new RingReader(ring.memory, CONSUMER);
    ring.write("one");
    readText(reader);
    reader.release();
    expect(ring.consumer).toBe(16n);
  });

  test("takes everything away that was there before now", () => {
    const ring = new FakeRing(128);
    ring.write("old");
    const reader = new RingReader(ring.memory, { consume: true, from: "now" });
    expect(readText(reader)).toEqual([]);
    expect(ring.consumer).toBe(16n);
  });

  test("ends when another consumer moves the position", () => {
    const ring = new FakeRing(128);
    const reader = new RingReader(ring.memory, CONSUMER);
    ring.write("one");
    readText(reader);
    ring.consumer = 16n;
    ring.write("two");
    expect(() => readText(reader)).toThrow(/another consumer/);
    expect(ring.consumer).toBe(16n);
  });
});

import { describe, expect, test } from "vitest";
import { backlogOf, backlogText } from "../../../../src/stream/ring/backlog.ts";
import { RingReader } from "../../../../src/stream/ring/ring-reader.ts";
import { BUSY, DISCARD, FakeRing } from "../../../helpers/ring-bytes.ts";

/** A ring of 128 bytes with so many events of 8 bytes, 16 with their headers. */
function ringWith(events: number): FakeRing {
  const ring = new FakeRing(128);
  for (let n = 0; n < events; n++) ring.write(`event ${n % 10} `.slice(0, 8));
  return ring;
}

describe("what waits in a ring", () => {
  test("are all events up to the producer", () => {
    expect(backlogOf(ringWith(3).memory, 0n)).toEqual({
      ...{ size: 128, pending: 48, ratio: 48 / 128, isFull: false, consumed: 0n },
      ...{ events: 3, isConsumed: false },
    });
  });

  test("without discarded ones, and up to one that is being written", () => {
    const ring = ringWith(1);
    ring.write("discard!", DISCARD);
    ring.write("event 1 ");
    ring.write("busy----", BUSY);
    ring.write("behind--");
    expect(backlogOf(ring.memory, 0n)).toMatchObject({ events: 2, pending: 80 });
  });

  test("across the end of the ring, behind the consumer", () => {
    const ring = ringWith(7);
    ring.consumer = 112n;
    for (let n = 0; n < 4; n++) ring.write("wrapped ");
    expect(backlogOf(ring.memory, 0n)).toMatchObject({ events: 4, pending: 64, consumed: 112n, isConsumed: true });
  });

  test("is none of a consumer's business, nor of a ring whose positions make no sense", () => {
    const ring = ringWith(2);
    expect(new RingReader(ring.memory, { consume: true, from: "oldest" }).backlog()).toBeUndefined();
    const passive = new RingReader(ring.memory, { consume: false, from: "now" });
    expect(passive.backlog()).toMatchObject({ events: 2, isConsumed: false });
    ring.consumer = 16n;
    expect(passive.backlog()).toMatchObject({ events: 1, isConsumed: true });
    ring.producer = 1n << 40n;
    expect(passive.backlog()).toBeUndefined();
  });
});

test.each([
  [7, false, "ring 100 % full, 7 events pending, no consumer: the producer is dropping"],
  [7, true, "ring 100 % full, 7 events pending: the producer is dropping"],
  [6, false, undefined],
  [0, false, undefined],
])("%i events of 7 that fit, consumed: %s", (events, isConsumed, text) => {
  expect(backlogText({ ...backlogOf(ringWith(events).memory, 0n), isConsumed })).toBe(text);
});

test("numbers are written for people", () => {
  const full = { size: 262_144, pending: 262_120, ratio: 0.9999, isFull: true, consumed: 0n };
  expect(backlogText({ ...full, events: 6553, isConsumed: false })).toBe(
    "ring 100 % full, 6,553 events pending, no consumer: the producer is dropping",
  );
  expect(backlogText({ ...full, events: 1, isConsumed: true })).toBe(
    "ring 100 % full, 1 event pending: the producer is dropping",
  );
});

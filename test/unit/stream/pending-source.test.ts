import { expect, test } from "vitest";
import { EventBatch } from "../../../src/stream/event-batch.ts";
import { PendingSource } from "../../../src/stream/pending-source.ts";
import { ListSource } from "../../helpers/list-source.ts";

test("ends where there are no more events", async () => {
  const list = new ListSource(["00", "01", "02"], 2);
  const pending = new PendingSource(list, 4096);
  const batch = new EventBatch(64);
  expect([pending.read(batch), pending.read(batch), pending.read(batch)]).toEqual([2, 1, 0]);
  expect(pending.signal.aborted).toBe(false);
  await pending.wait();
  expect(pending.signal.aborted).toBe(true);
});

test("ends when as many bytes have come as the ring has", () => {
  const list = new ListSource(["00", "01", "02"], 1);
  const pending = new PendingSource(list, 16);
  const batch = new EventBatch(64);
  expect(pending.read(batch)).toBe(1);
  list.stats.bytes = 16;
  expect(pending.read(batch)).toBe(0);
  expect(batch.count).toBe(0);
});

test("releases and closes the source behind it", () => {
  const list = new ListSource([]);
  const pending = new PendingSource(list, 16);
  pending.release();
  pending[Symbol.dispose]();
  expect([list.released, list.closed]).toEqual([1, true]);
});

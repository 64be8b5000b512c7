import { expect, test } from "vitest";
import { backlogOf, backlogText } from "../../../../src/stream/ring/backlog.ts";
import { DISCARD, FakeRing } from "../../../helpers/ring-bytes.ts";

test("counts what waits, without what was discarded", () => {
  const ring = new FakeRing(256, { start: 248n });
  ring.write("eight by");
  ring.write("gone", DISCARD);
  ring.write("twenty bytes, or so.");
  const backlog = backlogOf(ring.memory, 248n);
  expect(backlog).toMatchObject({ events: 2, isConsumed: false, isFull: false, pending: 16 + 16 + 32 });
  expect(backlogText(backlog)).toBeUndefined();
});

test("a full ring says that its producer is dropping, and whether anybody consumes", () => {
  const ring = new FakeRing(256);
  for (let i = 0; i < 8; i++) ring.write("x".repeat(24));
  const alone = backlogText(backlogOf(ring.memory, 0n));
  expect(alone).toMatch(/8 events pending, no consumer: the producer is dropping$/);
  const consumed = backlogText(backlogOf(ring.memory, 1n));
  expect(consumed).toMatch(/8 events pending: the producer is dropping$/);
});

test("an empty ring has nothing, whatever lies where the next record will", () => {
  const ring = new FakeRing(64, { start: 16n });
  expect(backlogOf(ring.memory, 16n)).toMatchObject({ events: 0, pending: 0 });
});

import { expect, test } from "vitest";
import { findMaps } from "../../../../src/reader/find.ts";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { Interrupted, interruptibleMap, Turns } from "../../../../src/sdk/machine/interruptible.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";

function openMap(): MapSource {
  const [map] = findMaps(new FakeKernel([fakeMap(20_000, { perBucket: 4 })]), { by: "id", id: 1 });
  if (map === undefined) throw new Error("no map");
  return map;
}

test("a read takes turns of the event loop, in which a timer comes", async () => {
  using map = openMap();
  let now = 0;
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 0);
  using source = interruptibleMap(
    map,
    new Turns(
      () => false,
      () => (now += 30),
    ),
  ).entries();
  let entries = 0;
  let batches = 0;
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    entries += batch.count;
    batches += 1;
  }
  clearInterval(timer);
  expect(entries).toBe(20_000);
  expect(batches).toBeGreaterThan(2);
  expect(ticks).toBeGreaterThan(1);
  expect(source.report.complete).toBe(true);
});

test("a read that is stopped throws before the next batch", async () => {
  using map = openMap();
  let stopped = false;
  using source = interruptibleMap(
    map,
    new Turns(
      () => stopped,
      () => 0,
    ),
  ).entries();
  expect((await source.next())?.count).toBeGreaterThan(0);
  stopped = true;
  await expect(source.next()).rejects.toBeInstanceOf(Interrupted);
});

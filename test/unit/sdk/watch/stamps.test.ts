import { expect, test } from "vitest";
import { Stamps } from "../../../../src/sdk/watch/stamps.ts";

test("printed times differ by what the moments differ by, whatever the two clocks round", () => {
  let clock = 1000.4;
  let wall = 1_700_000_000_000;
  const stamps = new Stamps(
    () => clock,
    () => new Date(wall),
  );
  const first = stamps.next();
  expect(first).toEqual({ at: 1000, time: new Date(1_700_000_000_000) });
  let last = first;
  for (let i = 0; i < 100; i++) {
    clock += 60.3;
    // A clock of the day that is slewed.
    wall += 60 + (i % 3);
    const stamp = stamps.next();
    expect(stamp.time.getTime() - last.time.getTime()).toBe(stamp.at - last.at);
    last = stamp;
  }
});

test("a clock of the day that is set is followed; no moment is", () => {
  let clock = 0;
  let wall = 5000;
  const stamps = new Stamps(
    () => clock,
    () => new Date(wall),
  );
  stamps.next();
  clock = 100;
  wall = 3_600_000;
  expect(stamps.next()).toEqual({ at: 100, time: new Date(3_600_000) });
  clock = 200;
  wall += 99;
  expect(stamps.next()).toEqual({ at: 200, time: new Date(3_600_100) });
});

import { afterEach, expect, test, vi } from "vitest";
import { TURN_MS, YieldTimer } from "../../../../src/sdk/reader/yield-timer.ts";

afterEach(() => vi.restoreAllMocks());

test("a turn is due after its time, and begins anew when the event loop has been round", async () => {
  let now = 100;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const timer = new YieldTimer();
  now += TURN_MS;
  expect(timer.due).toBe(false);
  now += 0.1;
  expect(timer.due).toBe(true);
  let ran = false;
  setImmediate(() => {
    ran = true;
  });
  await timer.yield();
  expect({ ran, due: timer.due }).toEqual({ ran: true, due: false });
});

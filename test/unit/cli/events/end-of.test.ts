import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { endOf } from "../../../../src/cli/events/end-of.ts";

const never = new AbortController().signal;

test("the time starts when it is told to: what comes before may take longer", async () => {
  using end = endOf(never, 1);
  await sleep(20);
  expect(end.signal.aborted).toBe(false);
  end.start();
  await new Promise((resolve) => end.signal.addEventListener("abort", resolve));
  expect(end.signal.aborted).toBe(true);
});

test("the other signal ends it before and after its start, and where it has no time", () => {
  for (const ms of [60_000, Number.POSITIVE_INFINITY]) {
    for (const isStarted of [false, true]) {
      const controller = new AbortController();
      using end = endOf(controller.signal, ms);
      if (isStarted) end.start();
      expect(end.signal.aborted).toBe(false);
      controller.abort();
      expect(end.signal.aborted).toBe(true);
    }
  }
  using late = endOf(AbortSignal.abort(), 60_000);
  expect(late.signal.aborted).toBe(true);
});

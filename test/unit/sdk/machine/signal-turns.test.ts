import { expect, test } from "vitest";
import { SignalTurns } from "../../../../src/sdk/machine/signal-turns.ts";

test("work goes on until the signal comes, and ends with its reason", async () => {
  const controller = new AbortController();
  const turns = new SignalTurns("measure map id 7", controller.signal);
  await turns.take();
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(turns.take()).rejects.toMatchObject({
    code: "ABORTED",
    message: "measure map id 7: aborted",
    cause: reason,
  });
});

test("long work lets timers come, and without a signal goes on", async () => {
  const turns = new SignalTurns("measure", undefined);
  let hasCome = false;
  setTimeout(() => {
    hasCome = true;
  }, 0);
  const begun = process.hrtime.bigint();
  while (!hasCome && process.hrtime.bigint() - begun < 5_000_000_000n) await turns.take();
  expect(hasCome).toBe(true);
});

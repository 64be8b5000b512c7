import { expect, test } from "vitest";
import { Signals } from "../../../../src/cli/session/signals.ts";

test("are caught until that is disposed of, and not while something may wait for ever", () => {
  const before = process.listenerCount("SIGTERM");
  const signals = new Signals();
  const listeners = (): number => process.listenerCount("SIGTERM") - before;
  {
    using interruption = signals.catch();
    expect(listeners()).toBe(1);
    signals.during(() => expect(listeners()).toBe(0));
    expect(() =>
      signals.during(() => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(listeners()).toBe(1);
    expect(signals.haveCome).toBe(false);
    process.emit("SIGTERM", "SIGTERM");
    expect(interruption.signal.aborted).toBe(true);
    expect(interruption.exitCode).toBe(143);
    expect(signals.haveCome).toBe(true);
  }
  expect(listeners()).toBe(0);
});

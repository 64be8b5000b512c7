import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { interruptibleSink, Signals } from "../../../../src/cli/session/signals.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();

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
    process.emit("SIGTERM", "SIGTERM");
    expect(interruption.signal.aborted).toBe(true);
    expect(interruption.exitCode).toBe(143);
  }
  expect(listeners()).toBe(0);
});

test("what a pipe has room for is written at once, with signals caught", () => {
  const path = join(scratch.folder, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const writer = openSync(path, "w");
  try {
    const signals = new Signals();
    using _ = signals.catch();
    interruptibleSink(writer, signals)(Buffer.from("text"));
    const bytes = Buffer.alloc(8);
    expect(bytes.subarray(0, readSync(reader, bytes)).toString()).toBe("text");
  } finally {
    closeSync(writer);
    closeSync(reader);
  }
});

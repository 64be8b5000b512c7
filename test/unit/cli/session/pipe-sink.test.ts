import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { PipeSink } from "../../../../src/cli/session/pipe-sink.ts";
import { Signals } from "../../../../src/cli/session/signals.ts";
import { BrokenPipe } from "../../../../src/output/sink.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();
let signals: Signals;

beforeEach(() => {
  signals = new Signals();
});

/** A pipe with a reader that takes nothing by itself. */
function pipe(): { reader: number; writer: number; read: (most?: number) => string } {
  const path = join(scratch.folder, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const writer = openSync(path, "w");
  for (const fd of [writer, reader]) scratch.own({ [Symbol.dispose]: () => closeSync(fd) });
  const read = (most = 2 ** 20): string => {
    const bytes = Buffer.alloc(most);
    return bytes.subarray(0, readSync(reader, bytes)).toString();
  };
  return { reader, writer, read };
}

describe("while signals are caught", () => {
  test("what a pipe has room for reaches the reader with the drain", async () => {
    const { writer, read } = pipe();
    using _ = signals.catch();
    const sink = new PipeSink(writer, signals);
    const buffer = Buffer.from("text");
    sink.write(buffer);
    // The writer uses its buffer again.
    buffer.fill(0);
    await sink.drain();
    expect(read()).toBe("text");
  });

  test("more than a pipe holds is handed over as the reader takes it, in order", async () => {
    const { writer, read } = pipe();
    using _ = signals.catch();
    const sink = new PipeSink(writer, signals);
    const parts = Array.from({ length: 300 }, (_, i) => String(i % 10).repeat(1000));
    for (const part of parts) sink.write(Buffer.from(part));
    let done = false;
    const drained = sink.drain().then(() => {
      done = true;
    });
    let text = "";
    while (!done) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      try {
        text += read(10_000);
      } catch (error) {
        expect(error).toMatchObject({ code: "EAGAIN" });
      }
    }
    await drained;
    text += read();
    expect(text).toBe(parts.join(""));
  });

  test("a signal ends the wait for a reader, and what is left is dropped in the end", async () => {
    const { writer } = pipe();
    const sink = new PipeSink(writer, signals);
    {
      using interruption = signals.catch();
      sink.write(Buffer.alloc(2 ** 22, "x"));
      const drained = sink.drain();
      setTimeout(() => process.emit("SIGTERM", "SIGTERM"), 20);
      await drained;
      expect(interruption.exitCode).toBe(143);
    }
    await sink.end();
  });

  test("a reader that still reads after a signal gets the rest", async () => {
    const { writer, read } = pipe();
    const sink = new PipeSink(writer, signals);
    {
      using _ = signals.catch();
      process.emit("SIGINT", "SIGINT");
      sink.write(Buffer.from("]\n"));
      await sink.drain();
    }
    await sink.end();
    expect(read()).toBe("]\n");
  });

  test("a reader that has gone away is told of", async () => {
    const path = join(scratch.folder, "pipe");
    execFileSync("mkfifo", [path]);
    const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const writer = openSync(path, "w");
    closeSync(reader);
    try {
      using _ = signals.catch();
      const sink = new PipeSink(writer, signals);
      sink.write(Buffer.from("text"));
      // Opening a pipe for writing that nobody reads fails; the write that follows tells why.
      await expect(sink.drain()).rejects.toBeInstanceOf(BrokenPipe);
    } finally {
      closeSync(writer);
    }
  });

  test("a file is written to at once", () => {
    const path = join(scratch.folder, "file");
    const fd = openSync(path, "w");
    using _ = signals.catch();
    new PipeSink(fd, signals).write(Buffer.from("text"));
    closeSync(fd);
    expect(readFileSync(path, "utf8")).toBe("text");
  });
});

test("without anybody who catches signals a pipe is written to at once, after what was kept before", () => {
  const { writer, read } = pipe();
  const sink = new PipeSink(writer, signals);
  {
    using _ = signals.catch();
    sink.write(Buffer.from("first "));
  }
  sink.write(Buffer.from("second"));
  expect(read()).toBe("first second");
});

test("a pipe is made larger for what it has no room for: nobody has to read meanwhile", () => {
  const { writer, read } = pipe();
  const text = "x".repeat(256 * 1024);
  new PipeSink(writer, signals).write(Buffer.from(text));
  expect(read()).toBe(text);
});

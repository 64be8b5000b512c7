import { expect, test } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import { BrokenPipe, descriptorSink, type WriteSome } from "../../../src/output/sink.ts";

const ERRNOS = { EAGAIN: -11, EPIPE: -32, EINTR: -4, ENOSPC: -28, EBADF: -9 };

/** Writes as the answers say, one a call: so many bytes, or a failure. The last answer repeats. */
function writer(answers: (number | keyof typeof ERRNOS)[]): {
  write: WriteSome;
  written: number[];
  calls: () => number;
} {
  const written: number[] = [];
  let calls = 0;
  const write: WriteSome = (fd, bytes, offset, length) => {
    expect(fd).toBe(7);
    const answer = answers[Math.min(calls++, answers.length - 1)] ?? 0;
    if (typeof answer === "string") {
      throw Object.assign(new Error(answer), { code: answer, errno: ERRNOS[answer] });
    }
    const count = Math.min(answer, length);
    written.push(...bytes.subarray(offset, offset + count));
    return count;
  };
  return { write, written, calls: () => calls };
}

const BYTES = Uint8Array.of(1, 2, 3, 4, 5);

test.each<[string, (number | keyof typeof ERRNOS)[], number]>([
  ["at once", [5], 1],
  ["byte by byte", [1], 5],
  ["after waiting", ["EAGAIN", 3, "EAGAIN", 2], 4],
  ["after a signal", ["EINTR", 5], 2],
])("all bytes are written %s", (_, answers, calls) => {
  const fake = writer(answers);
  descriptorSink(7, fake.write)(BYTES);
  expect(fake.written).toEqual([...BYTES]);
  expect(fake.calls()).toBe(calls);
});

test("no bytes are no call", () => {
  const fake = writer([1]);
  descriptorSink(7, fake.write)(new Uint8Array(0));
  expect(fake.calls()).toBe(0);
});

test("a reader that is gone", () => {
  expect(() => descriptorSink(7, writer([2, "EPIPE"]).write)(BYTES)).toThrow(BrokenPipe);
});

test("any other failure", () => {
  const failure = (): void => descriptorSink(7, writer(["ENOSPC"]).write)(BYTES);
  expect(failure).toThrow(EbpfMapError);
  expect(failure).toThrow("write the output: no space left on device");
});

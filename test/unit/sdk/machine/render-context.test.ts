import { describe, expect, test } from "vitest";
import { type LiveOrigin, renderContext } from "../../../../src/sdk/machine/render-context.ts";
import { syscallNames } from "../../../../src/sys/syscalls.ts";

const NOW = new Date("2026-01-31T12:00:00.000Z");

describe("what renderers know of this machine", () => {
  test("its names, and one moment for all of a run", () => {
    let asked = 0;
    const now: LiveOrigin = () => {
      asked += 1;
      return { now: NOW, bootTimeOffsetNs: 5n, arch: "x64", kernel: "6.18.0" };
    };
    const context = renderContext(now, undefined);
    expect(asked).toBe(0);
    expect([context.bootTimeNs(), context.nowNs(), context.bootTimeNs()]).toEqual([
      5n,
      BigInt(NOW.getTime()) * 1_000_000n,
      5n,
    ]);
    expect(asked).toBe(1);
    expect(context.userOf(0)).toBe("root");
    expect(context.interfaceOf(1)).toBe("lo");
    expect(context.syscallOf(0)).toBe("read");
  });
});

test("of a snapshot only what it says: its moment and its processor's system calls", () => {
  const now: LiveOrigin = () => {
    throw new Error("asked for this machine");
  };
  const moment = { time: NOW.toISOString(), bootTimeOffsetNs: 7n, arch: "arm64" };
  const context = renderContext(now, moment);
  expect([context.bootTimeNs(), context.nowNs()]).toEqual([7n, BigInt(NOW.getTime()) * 1_000_000n]);
  expect(context.syscallOf(63)).toBe(syscallNames("arm64").get(63));
  expect(context.syscallOf(63)).toBe("read");
  const unknown = [context.userOf(0), context.interfaceOf(1), context.symbolOf(1n), context.cgroupOf(1n)];
  expect(unknown).toEqual([undefined, undefined, undefined, undefined]);
});

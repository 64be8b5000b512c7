import { expect, test } from "vitest";
import { packPerfAttr } from "../../../../src/sys/events/perf-attr.ts";

test.each<[wakeupBytes: number, monotonic: boolean, flags: number, wakeup: number, clock: number]>([
  [0, false, 0, 1, 0],
  [4096, false, 1 << 14, 4096, 0],
  [0, true, 1 << 25, 1, 1],
  [64, true, (1 << 14) | (1 << 25), 64, 1],
])(
  "a software event for bpf output: wake at %i bytes, monotonic %s",
  (wakeupBytes, monotonic, flags, wakeup, clock) => {
    const bytes = packPerfAttr({ cpu: 0, wakeupBytes, monotonic });
    const view = new DataView(bytes.buffer);
    expect(bytes.length).toBe(112);
    expect([view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)]).toEqual([1, 112, 10]);
    // PERF_SAMPLE_TIME and PERF_SAMPLE_RAW, in the order of their bits.
    expect(view.getUint32(24, true)).toBe((1 << 2) | (1 << 10));
    expect([view.getUint32(40, true), view.getUint32(48, true), view.getUint32(92, true)]).toEqual([
      flags,
      wakeup,
      clock,
    ]);
  },
);

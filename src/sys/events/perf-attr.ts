import { Attr } from "../bpf-attr.ts";
import type { PerfEventOptions } from "./kernel.ts";

const PERF_TYPE_SOFTWARE = 1;
const PERF_COUNT_SW_BPF_OUTPUT = 10;
const PERF_SAMPLE_TIME = 1 << 2;
const PERF_SAMPLE_RAW = 1 << 10;
/** Flags in the word at 40. */
const WATERMARK = 1 << 14;
const USE_CLOCKID = 1 << 25;
const CLOCK_MONOTONIC = 1;

/** The size of `struct perf_event_attr` up to its fifth version, which has all fields used here. */
const PERF_ATTR_SIZE = 112;

export const PERF_FLAG_FD_CLOEXEC: number = 1 << 3;

/**
 * Packs the attributes of a software event that receives the output of bpf_perf_event_output(): a time and raw bytes.
 */
export function packPerfAttr({ wakeupBytes, monotonic }: PerfEventOptions): Uint8Array {
  const attr = new Attr(PERF_ATTR_SIZE).u32(0, PERF_TYPE_SOFTWARE).u32(4, PERF_ATTR_SIZE);
  attr
    .u64(8, PERF_COUNT_SW_BPF_OUTPUT)
    .u64(16, 1)
    .u64(24, PERF_SAMPLE_TIME | PERF_SAMPLE_RAW);
  attr.u64(40, (wakeupBytes > 0 ? WATERMARK : 0) | (monotonic ? USE_CLOCKID : 0));
  attr.u32(48, wakeupBytes > 0 ? wakeupBytes : 1).u32(92, monotonic ? CLOCK_MONOTONIC : 0);
  return attr.bytes;
}

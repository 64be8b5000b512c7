import type { Options } from "../args/flags.ts";

const DEFAULT_INTERVAL_MS = 1000;

/** The time between two reads in milliseconds, and the number of reads. */
export function schedule({ interval = DEFAULT_INTERVAL_MS, reads }: Options): { interval: number; count: number } {
  return { interval, count: reads ?? Number.POSITIVE_INFINITY };
}

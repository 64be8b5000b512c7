const INTERVALS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 86_400_000];

/** Returns the next longer or shorter time between two reads; undefined if there is none. */
export function nextInterval(interval: number, step: 1 | -1): number | undefined {
  return step > 0 ? INTERVALS.find((one) => one > interval) : INTERVALS.findLast((one) => one < interval);
}

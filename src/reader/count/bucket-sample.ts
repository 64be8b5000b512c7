import { type BucketWindow, type BucketWindows, bucketsFor } from "./bucket-window.ts";
import { type CountBudget, timeIsUp } from "./count-budget.ts";

/** The number of entries of a hash, exact or estimated. */
export interface BucketCount {
  readonly entries: number;
  /**
   * The half of the interval that holds the number in 95 of 100 cases, in entries; undefined where all were counted.
   */
  readonly error: number | undefined;
}

/** The kernel's time for an entry and for an empty bucket in milliseconds, on the safe side. */
const ENTRY_MS = 0.0003;
const BUCKET_MS = 0.000_002;
/** The entries of a sampled window: enough that the one bucket at its end that is not read hardly matters. */
const WINDOW_ENTRIES = 256;
/** The lengths of the first windows in buckets, of which the last is read only if the budget has room for it. */
const FIRST_WINDOWS = [1 << 10, 1 << 15] as const;
const LONGEST_WINDOW = 1 << 20;
/** The most windows, and the fewest, which are read even if that takes longer than the budget. */
const MOST_WINDOWS = 512;
const FEWEST_WINDOWS = 8;
/** The fraction of the golden ratio: its multiples, modulo 1, are spread evenly however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Counts the entries of a hash: exactly if that fits the budget, else from a sample of its buckets. Keys are spread
 * over buckets by a hash function, and windows over the table evenly, always at the same places, so that two estimates
 * of one map differ by what changed. The error comes from how much the windows differ from each other, so it holds for
 * keys that are not spread evenly, too. Undefined if the kernel gives no answer.
 */
export function countBuckets(windows: BucketWindows, maxEntries: number, budget: CountBudget): BucketCount | undefined {
  const room = budget.milliseconds;
  if (cost(maxEntries, windows.buckets) <= room) return countAll(windows);
  const longest = Math.max(FIRST_WINDOWS[1], Math.min(LONGEST_WINDOW, Math.floor(room / BUCKET_MS)));
  const first = firstWindow(windows, longest);
  if (first === undefined) return undefined;
  const density = (first.entries + (first.isCut ? 1 : 0)) / first.buckets;
  const likely = Math.min(maxEntries, density * windows.buckets);
  if (cost(likely, windows.buckets) <= room) return countAll(windows);
  // So few entries that a window in the middle of the table would pass millions of buckets.
  if (density * longest < WINDOW_ENTRIES) return sparse(windows, longest, maxEntries);
  return sample(windows, maxEntries, budget);
}

/** Returns about how many milliseconds it takes to read all of a hash. */
export function exactCost(entries: number, maxEntries: number): number {
  return cost(entries, bucketsFor(maxEntries));
}

function cost(entries: number, buckets: number): number {
  return entries * ENTRY_MS + buckets * BUCKET_MS;
}

function countAll(windows: BucketWindows): BucketCount | undefined {
  let entries = 0;
  for (let at = 0; at < windows.buckets; ) {
    const window = windows.read(at);
    if (window === undefined) return undefined;
    entries += window.entries;
    at = window.end;
  }
  return { entries, error: undefined };
}

/**
 * Reads buckets at the end of the table, which bounds the time of the call however few entries there are. The first
 * that has an entry tells the density.
 */
function firstWindow(windows: BucketWindows, longest: number): BucketWindow | undefined {
  let window: BucketWindow | undefined;
  for (const length of [...FIRST_WINDOWS, longest]) {
    const start = Math.max(0, windows.buckets - length);
    window = windows.read(start);
    if (window === undefined || window.entries > 0 || start === 0) return window;
  }
  return window;
}

/** Samples until the budget is spent. Their number doubles, so that it is the same from one time to the next. */
function sample(windows: BucketWindows, maxEntries: number, budget: CountBudget): BucketCount | undefined {
  const start = budget.clock();
  const most = Math.min(WINDOW_ENTRIES, windows.capacity);
  const read: BucketWindow[] = [];
  for (let number = 1; number <= MOST_WINDOWS; number++) {
    const window = windows.read(Math.floor(((number * GOLDEN) % 1) * windows.buckets), most);
    if (window === undefined) return undefined;
    read.push(window);
    const isPower = number >= FEWEST_WINDOWS && (number & (number - 1)) === 0;
    if (isPower && timeIsUp(start, { ...budget, milliseconds: budget.milliseconds / 2 })) break;
  }
  return estimate(read, windows.buckets, maxEntries);
}

/** Counts the last buckets and takes the others to be like them. */
function sparse(windows: BucketWindows, length: number, maxEntries: number): BucketCount | undefined {
  const start = Math.max(0, windows.buckets - length);
  let entries = 0;
  for (let at = start; at < windows.buckets; ) {
    const window = windows.read(at);
    if (window === undefined) return undefined;
    entries += window.entries;
    at = window.end;
  }
  const factor = windows.buckets / (windows.buckets - start);
  if (factor === 1) return { entries, error: undefined };
  // Counts of rare things are as uncertain as their square root; none at all may be three (the rule of three).
  const error = entries === 0 ? 3 * factor : 1.96 * Math.sqrt(entries) * factor;
  return bounded(entries * factor, error, maxEntries);
}

/**
 * Estimates the number in all buckets from that in some windows, as a ratio of sums.
 *
 * A window that was cut ends before a bucket that did not fit, and such a bucket has about one entry more than the
 * others: the bucket is left out of the length, so that one entry is missing (E[S(N+1)] = density × E[N+1], and of the
 * bucket that is cut E[X²]/E[X] = density + 1 for keys that are spread at random).
 */
export function estimate(read: readonly BucketWindow[], buckets: number, maxEntries: number): BucketCount {
  const counts = read.map(({ entries, isCut }) => entries + (isCut ? 1 : 0));
  const length = read.reduce((sum, one) => sum + one.buckets, 0);
  const density = counts.reduce((sum, one) => sum + one, 0) / length;
  const squares = read.reduce((sum, one, i) => sum + ((counts[i] ?? 0) - density * one.buckets) ** 2, 0);
  const variance = ((read.length / Math.max(1, read.length - 1)) * squares) / length ** 2;
  // Student's t for 95 %, to within a few per cent.
  const t = 1.96 + 2.6 / read.length;
  return bounded(density * buckets, t * Math.sqrt(variance) * buckets, maxEntries);
}

function bounded(entries: number, error: number, maxEntries: number): BucketCount {
  return { entries: Math.min(maxEntries, Math.round(entries)), error: Math.max(1, Math.ceil(error)) };
}

/**
 * The meaning of a histogram's slots. log2: slot n counts values from 2^n to 2^(n+1)-1, and slot 0 also zero, as the
 * tools of libbpf and bcc do. linear: slot n counts the value n. hist, lhist: the buckets of bpftrace's functions of
 * that name.
 */
export type Scale =
  | { readonly kind: "log2" | "linear" }
  /** Each power of two has 2^bits slots. */
  | { readonly kind: "hist"; readonly bits: number }
  /** Slot 0 counts values below the start; the last slot, if the end is known, those at the end and above. */
  | { readonly kind: "lhist"; readonly start: bigint; readonly step: bigint; readonly end: bigint | undefined };

/** The forms that {@link parseScale} accepts, for messages. */
export const SCALE_FORMS = "log2, linear, bpftrace, bpftrace:BITS (0 to 5), linear:START:STEP or linear:START:STEP:END";

/** The most slots of a histogram; bpftrace's have at most 65 * 32 and 1002. */
export const MAX_SLOTS = 4096;

const INTEGER = String.raw`(-?\d{1,18})`;
const LINEAR = new RegExp(`^linear:${INTEGER}:(\\d{1,18})(?::${INTEGER})?$`);

/** Parses `log2`, `linear`, `bpftrace:2` or `linear:0:10:100`; returns undefined for anything else. */
export function parseScale(text: string): Scale | undefined {
  if (text === "log2" || text === "linear") return { kind: text };
  const [, bits] = /^bpftrace(?::([0-5]))?$/.exec(text) ?? [undefined, null];
  if (bits !== null) return { kind: "hist", bits: Number(bits ?? 0) };
  const [, start, step, end] = LINEAR.exec(text) ?? [];
  if (start === undefined || step === undefined || BigInt(step) === 0n) return undefined;
  if (end !== undefined && BigInt(end) <= BigInt(start)) return undefined;
  return { kind: "lhist", start: BigInt(start), step: BigInt(step), end: end === undefined ? undefined : BigInt(end) };
}

/** The smallest and the largest value of a slot; undefined for no limit. */
interface Limits {
  readonly low: bigint | undefined;
  readonly high: bigint | undefined;
}

/** Returns the number of slots of a scale; a map with a higher slot counts by another scale. */
export function slotCount(scale: Scale): number {
  switch (scale.kind) {
    case "log2":
      return 64;
    case "linear":
      return MAX_SLOTS;
    case "hist":
      return 1 + ((65 - scale.bits) << scale.bits);
    case "lhist":
      return scale.end === undefined
        ? MAX_SLOTS
        : Math.min(MAX_SLOTS, Number(lastSlot(scale.start, scale.step, scale.end)) + 1);
  }
  return scale satisfies never;
}

/** Returns the values of a slot as text: `4 -> 7`, `3`, `< 0`, `>= 100`. */
export function slotLabel(scale: Scale, slot: number): string {
  const { low, high } = limitsOf(scale, slot);
  if (low === undefined) return high === undefined ? "" : `< ${high + 1n}`;
  if (high === undefined) return `>= ${low}`;
  return low === high ? String(low) : `${low} -> ${high}`;
}

/** Returns the largest value that a slot counts; undefined where there is no limit. */
export function slotEnd(scale: Scale, slot: number): bigint | undefined {
  return limitsOf(scale, slot).high;
}

function limitsOf(scale: Scale, slot: number): Limits {
  const n = BigInt(slot);
  switch (scale.kind) {
    case "log2":
      return { low: n === 0n ? 0n : 1n << n, high: (1n << (n + 1n)) - 1n };
    case "linear":
      return { low: n, high: n };
    case "hist":
      return histLimits(n, BigInt(scale.bits));
    case "lhist": {
      const { start, step, end } = scale;
      const low = start + (n - 1n) * step;
      if (n === 0n) return { low: undefined, high: start - 1n };
      if (end === undefined) return { low, high: low + step - 1n };
      return { low, high: n >= lastSlot(start, step, end) ? undefined : low + step - 1n };
    }
  }
  return scale satisfies never;
}

/**
 * Returns the values of a bucket of hist(): negative ones in the first, then one each below 2 * 2^bits, then 2^bits
 * buckets of equal width for each power of two.
 */
function histLimits(slot: bigint, bits: bigint): Limits {
  if (slot === 0n) return { low: undefined, high: -1n };
  const index = slot - 1n;
  const perPower = 1n << bits;
  if (index < perPower) return { low: index, high: index };
  const width = 1n << ((index >> bits) - 1n);
  const low = width * (perPower + (index & (perPower - 1n)));
  return { low, high: low + width - 1n };
}

/** Returns the slot in which lhist() counts values at the end and above. */
function lastSlot(start: bigint, step: bigint, end: bigint): bigint {
  return 1n + (end - start) / step;
}

import type { DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import type { Outcome } from "./recorded.ts";
import { sameOutcome } from "./run-case.ts";

/** A version and an older one that it is compared with: how they print a map now, and how they are recorded. */
export interface Pair {
  readonly version: Outcome;
  readonly reference: Outcome;
}

/**
 * Tells whether a version prints a map of the case as it is recorded. The map is made anew, so its ids, and addresses
 * and random bytes that the kernel gave, may be others than those in the records. Where the reference prints what is
 * recorded of it, the map is the same and the version has to print what is recorded of it. Elsewhere, both have to be
 * alike if they are recorded as alike, and to differ if not.
 */
export function isAsRecorded(live: Pair, recorded: Pair): boolean {
  if (sameOutcome(live.reference, recorded.reference)) return sameOutcome(live.version, recorded.version);
  return sameOutcome(live.version, live.reference) === sameOutcome(recorded.version, recorded.reference);
}

/** The next older version that is recorded, or for the oldest the next newer. */
export function referenceFor(version: DialectVersion, recorded: readonly DialectVersion[]): DialectVersion | undefined {
  const at = recorded.indexOf(version);
  return at > 0 ? recorded[at - 1] : recorded[at + 1];
}

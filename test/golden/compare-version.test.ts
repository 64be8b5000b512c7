import { expect, test } from "vitest";
import { isAsRecorded, referenceFor } from "./compare-version.ts";
import type { Outcome } from "./recorded.ts";

test.for([
  ["the map is the same and the version prints what is recorded", "new=A old=A", "new=A old=A", true],
  ["the same where the versions are recorded to differ", "new=B old=A", "new=B old=A", true],
  ["the same map, and the version prints something else", "new=B old=A", "new=A old=A", false],
  ["the same map, and the version no longer differs", "new=A old=A", "new=B old=A", false],
  ["the same bytes, but the version fails", "new=A! old=A", "new=A old=A", false],
  ["other ids, alike as they are recorded", "new=A7 old=A7", "new=A old=A", true],
  ["other ids, different as they are recorded", "new=B7 old=A7", "new=B old=A", true],
  ["other ids, different where they are recorded as alike", "new=B7 old=A7", "new=A old=A", false],
  ["other ids, alike where they are recorded as different", "new=A7 old=A7", "new=B old=A", false],
] as const)("%s", ([, live, recorded, expected]) => {
  expect(isAsRecorded(pair(live), pair(recorded))).toBe(expected);
});

test("a version is compared with the next older one that is recorded, the oldest with the next newer", () => {
  expect(referenceFor("7.8", ["5.10", "7.1", "7.8"])).toBe("7.1");
  expect(referenceFor("5.10", ["5.10", "7.1", "7.8"])).toBe("7.1");
  expect(referenceFor("5.10", ["5.10"])).toBeUndefined();
});

function pair(text: string): { version: Outcome; reference: Outcome } {
  const [, version = "", reference = ""] = /^new=(\S+) old=(\S+)$/.exec(text) ?? [];
  return { version: outcome(version), reference: outcome(reference) };
}

/** A `!` at the end is a status other than 0. */
function outcome(text: string): Outcome {
  return { stdout: Buffer.from(text.replace("!", "")), ok: !text.endsWith("!") };
}

import { expect, test } from "vitest";
import { fuzz, TARGETS } from "./fuzz.ts";

/** Milliseconds for each target: all together take less than a minute. */
const BUDGET = 3000;
const INPUTS = 2000;

/** The same inputs on every machine, as many as a slow one can take; `npm run fuzz` goes on where this ends. */
test.for(TARGETS)("$name: only answers and errors of our own come out", async (target) => {
  const until = performance.now() + BUDGET;
  const tally = await fuzz(target, 1, (inputs) => inputs < INPUTS && performance.now() < until);
  expect(tally.findings).toEqual([]);
  // Neither is everything refused at the door nor does nothing get through.
  expect(tally.deep / tally.inputs).toBeGreaterThan(0.01);
});

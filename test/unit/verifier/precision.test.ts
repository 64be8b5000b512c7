import { describe, expect, test } from "vitest";
import { COMPILERS } from "../../verifier/helpers/compile.ts";
import { KERNELS } from "../../verifier/helpers/golden-logs.ts";
import { refusedPrograms } from "../../verifier/helpers/programs.ts";
import { type Verdict, verdicts } from "../../verifier/precision.ts";

/**
 * Of the logs of each kernel and compiler: in how many the named line is the one to change, and the cure is the right
 * one.
 */
const CLANG = { line: 0.95, kind: 0.9, lineWithoutObject: 0.85 };
/** gcc records coarse lines, and no text; kernels before 6.10 print the text alone. */
const GCC = { line: 0.74, kind: 0.95, lineWithoutObject: 0.75 };
const WITHOUT_NUMBERS = ["5.10", "6.1"];

const withObjects = verdicts(true);
const alone = verdicts(false);

test("every program is refused by some kernel for the reason that it was written for", () => {
  const seen = new Set(withObjects.map(({ program }) => program.name));
  expect(
    refusedPrograms()
      .filter(({ name }) => !seen.has(name))
      .map(({ name }) => name),
  ).toEqual([]);
  expect(seen.size).toBeGreaterThanOrEqual(200);
});

describe.each(KERNELS)("Linux %s", (kernel) => {
  test.each(COMPILERS.map(({ name }) => name))("and %s", (compiler) => {
    const least = compiler === "gcc16" ? GCC : CLANG;
    const some = withObjects.filter((one) => one.kernel === kernel && one.compiler === compiler);
    const bare = alone.filter((one) => one.kernel === kernel && one.compiler === compiler);
    expect(some.length).toBeGreaterThanOrEqual(120);
    expect(share(some, "rightLine"), misses(some, "rightLine")).toBeGreaterThanOrEqual(least.line);
    expect(share(some, "rightKind"), misses(some, "rightKind")).toBeGreaterThanOrEqual(least.kind);
    const unknown = compiler === "gcc16" && WITHOUT_NUMBERS.includes(kernel);
    const bareLine = share(bare, "rightLine");
    expect(bareLine, misses(bare, "rightLine")).toBeGreaterThanOrEqual(unknown ? 0 : least.lineWithoutObject);
    if (unknown) expect(bare.map(({ line }) => line).filter((line) => line !== null && line !== "")).toEqual([]);
  });
});

function share(some: readonly Verdict[], what: "rightLine" | "rightKind"): number {
  return some.filter((one) => one[what]).length / some.length;
}

function misses(some: readonly Verdict[], what: "rightLine" | "rightKind"): string {
  const wrong = some.filter((one) => !one[what]);
  return wrong
    .map(({ program, kind, line }) => `${program.name}: ${kind}, line ${line} (${program.kind}, ${program.line})`)
    .join("\n");
}

import { readdirSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { DIALECT_VERSIONS } from "../../src/codec/bpftool/dialect.ts";
import { describeDifference } from "../helpers/compare.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { SHAPE_NAMES, SHAPES } from "../helpers/shapes.ts";
import { mapNameOf } from "./case.ts";
import { GOLDEN_CASES } from "./cases.ts";
import { type ExpectedRun, goldenPath, readExpected, wordsFor } from "./expected.ts";

test.for(GOLDEN_CASES.map(({ name }) => name))("%s", async (name) => {
  const { runs } = readExpected(name);
  const found: string[] = [];
  for (const run of runs) {
    for (const version of run.versions) found.push(...(await differencesOf(name, run, version)));
  }
  expect(found).toEqual([]);
});

test("every case dumps in each shape as each version that is not left out by name", () => {
  for (const { name, without } of GOLDEN_CASES) {
    const versions = DIALECT_VERSIONS.filter((version) => without?.[version] === undefined);
    for (const shape of SHAPE_NAMES) {
      const dumps = readExpected(name).runs.filter((run) => run.command[0] === "dump" && run.shape === shape);
      expect(dumps.flatMap((run) => run.versions).sort(), `${name} ${shape}`).toEqual([...versions].sort());
    }
  }
});

test("what is recorded and what is defined are the same cases, with names of their own", () => {
  const recorded = readdirSync(goldenPath("")).filter((name) => isCase(name));
  expect(recorded.sort()).toEqual(GOLDEN_CASES.map(({ name }) => name).sort());
  for (const golden of GOLDEN_CASES) expect(mapNameOf(golden)).toMatch(/^[a-z0-9_]{1,15}$/);
  process.stdout.write(`golden: ${recorded.length} cases\n`);
});

async function differencesOf(name: string, run: ExpectedRun, version: string): Promise<string[]> {
  const words = wordsFor(run.command, ["file", goldenPath(name, "map.ndjson")]);
  const args = ["--compat", version, ...SHAPES[run.shape], ...words];
  const expected = { stdout: readFileSync(goldenPath(name, run.stdout)), stderr: "", status: run.ok ? 0 : 1 };
  const difference = describeDifference(expected, await runOurs(args));
  return difference === undefined ? [] : [`${args.join(" ")}: ${difference}`];
}

/** golden/ also holds its README, the demo's snapshot, and what other suites keep there. */
function isCase(name: string): boolean {
  return statSync(goldenPath(name)).isDirectory() && readdirSync(goldenPath(name)).includes("expected.json");
}

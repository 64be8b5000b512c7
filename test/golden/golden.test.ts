import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DIALECT_VERSIONS, type DialectVersion, dialectOf, NEWEST_DIALECT } from "../../src/codec/bpftool/dialect.ts";
import { describeDifference } from "../helpers/compare.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { SHAPE_NAMES, SHAPES, type Shape } from "../helpers/shapes.ts";
import { mapNameOf, versionsOf } from "./case.ts";
import { GOLDEN_CASES } from "./cases.ts";
import {
  goldenPath,
  outputFileOf,
  type RecordedCommand,
  readOutcome,
  readRecorded,
  recordedNames,
  wordsFor,
} from "./recorded.ts";

test.for(GOLDEN_CASES.map(({ name }) => name))("%s", async (name) => {
  const recorded = readRecorded(name);
  const found: string[] = [];
  for (const command of recorded.commands) {
    for (const shape of SHAPE_NAMES) {
      for (const version of versionsOf(recorded)) found.push(...(await differencesOf(name, command, shape, version)));
    }
  }
  expect(found).toEqual([]);
});

test("a case is recorded as it is defined", () => {
  for (const { name, covers, without, commands = [] } of GOLDEN_CASES) {
    const recorded = readRecorded(name);
    expect({ name, covers: recorded.covers, without: recorded.without }).toEqual({ name, covers, without });
    expect(recorded.commands.map(({ command }) => command)).toEqual(
      [["dump", "MAP"], ...commands].map((words) => words.join(" ")),
    );
  }
});

test("a case has a file for each output that differs from those of newer versions, and no others", () => {
  for (const name of recordedNames()) {
    const recorded = readRecorded(name);
    const files = ["case.json", "map.ndjson"];
    for (const { command } of recorded.commands) {
      for (const shape of SHAPE_NAMES) {
        const all = versionsOf(recorded).map((version) => outputFileOf(name, command.split(" "), shape, version));
        const outputs = [...new Set(all)];
        for (const [i, file] of outputs.slice(1).entries()) {
          const older = outputs[i] ?? "";
          expect([older, contentOf(name, older).equals(contentOf(name, file))]).toEqual([older, false]);
        }
        files.push(...outputs);
      }
    }
    expect([name, readdirSync(goldenPath(name)).sort()]).toEqual([name, files.sort()]);
  }
});

test("what is recorded and what is defined are the same cases, with names of their own", () => {
  const recorded = recordedNames();
  expect(recorded.sort()).toEqual(GOLDEN_CASES.map(({ name }) => name).sort());
  for (const golden of GOLDEN_CASES) expect(mapNameOf(golden)).toMatch(/^[a-z0-9_]{1,15}$/);
  process.stdout.write(`golden: ${recorded.length} cases\n`);
});

test("the newest version is the last of the table, and the default", () => {
  expect(NEWEST_DIALECT).toBe(dialectOf(DIALECT_VERSIONS[DIALECT_VERSIONS.length - 1] ?? ""));
});

function contentOf(name: string, file: string): Buffer {
  return readFileSync(goldenPath(name, file));
}

async function differencesOf(
  name: string,
  command: RecordedCommand,
  shape: Shape,
  version: DialectVersion,
): Promise<string[]> {
  const words = wordsFor(command.command.split(" "), ["file", goldenPath(name, "map.ndjson")]);
  const args = ["--compat", version, ...SHAPES[shape], ...words];
  const { stdout, ok } = readOutcome(name, command, shape, version);
  const difference = describeDifference({ stdout, stderr: "", status: ok ? 0 : 1 }, await runOurs(args));
  return difference === undefined ? [] : [`${args.join(" ")}: ${difference}`];
}

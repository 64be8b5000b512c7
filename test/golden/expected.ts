import { readFileSync } from "node:fs";
import type { DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { repositoryPath } from "../helpers/repository.ts";
import type { Shape } from "../helpers/shapes.ts";

/** What is recorded of a case: golden/CASE/expected.json. Beside it lie map.ndjson, the snapshot, and the outputs. */
export interface Expected {
  readonly covers: string;
  readonly runs: readonly ExpectedRun[];
}

/** What some versions of bpftool all printed for a command in one shape. */
export interface ExpectedRun {
  /** The words behind `map`; `MAP` stands for the words that name the map. */
  readonly command: readonly string[];
  readonly shape: Shape;
  readonly versions: readonly DialectVersion[];
  /** Whether it ended with status 0. */
  readonly ok: boolean;
  /** The file that holds stdout. */
  readonly stdout: string;
}

/** The words of a command with those of a map in place of `MAP`. */
export function wordsFor(command: readonly string[], map: readonly string[]): string[] {
  return command.flatMap((word) => (word === "MAP" ? map : [word]));
}

export function goldenPath(name: string, ...parts: string[]): string {
  return repositoryPath("golden", name, ...parts);
}

export function readExpected(name: string): Expected {
  return JSON.parse(readFileSync(goldenPath(name, "expected.json"), "utf8"));
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { DIALECT_VERSIONS, type DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { repositoryPath } from "../helpers/repository.ts";
import type { Shape } from "../helpers/shapes.ts";

/** The index of a recorded case, golden/CASE/case.json. Beside it lie map.ndjson, the snapshot, and the outputs. */
export interface RecordedCase {
  readonly covers: string;
  /** The versions that are left out, each with the reason. */
  readonly without?: Partial<Record<DialectVersion, string>>;
  readonly commands: readonly RecordedCommand[];
}

export interface RecordedCommand {
  /** The words behind `map`, separated by blanks; `MAP` stands for the words that name the map. */
  readonly command: string;
  /** The versions that end with another status than 0; `true` for all of them. */
  readonly fails?: true | readonly DialectVersion[];
}

/** What a bpftool printed on stdout, and whether it ended with status 0. */
export interface Outcome {
  readonly stdout: Buffer;
  readonly ok: boolean;
}

export function goldenPath(name: string, ...parts: string[]): string {
  return repositoryPath("golden", name, ...parts);
}

/** The names of all cases in golden/: the folders with a case.json. */
export function recordedNames(folder = ""): string[] {
  if (existsSync(goldenPath(folder, "case.json"))) return [folder];
  const folders = readdirSync(goldenPath(folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) => recordedNames(folder === "" ? name : `${folder}/${name}`));
}

export function readRecorded(name: string): RecordedCase {
  return JSON.parse(readFileSync(goldenPath(name, "case.json"), "utf8"));
}

/** The words of a command with those of a map in place of `MAP`. */
export function wordsFor(command: readonly string[], map: readonly string[]): string[] {
  return command.flatMap((word) => (word === "MAP" ? map : [word]));
}

/**
 * Names the file of an output: `plain.txt` for a dump, `lookup-key-1-0-0-0.plain.txt` for another command. With a
 * version it is the output of that version and of older ones, down to the next older file; without one, of all newer
 * versions.
 */
export function outputFile(command: readonly string[], shape: Shape, version?: DialectVersion): string {
  const words = command.filter((word) => word !== "MAP").join("-");
  if (!/^[a-z0-9-]+$/.test(words)) throw new Error(`no file name can be made of the command ${command.join(" ")}`);
  return [...(words === "dump" ? [] : [words]), shape, ...(version === undefined ? [] : [version]), "txt"].join(".");
}

/** Finds the file that holds the output of a version. */
export function outputFileOf(name: string, command: readonly string[], shape: Shape, version: DialectVersion): string {
  const files = DIALECT_VERSIONS.slice(DIALECT_VERSIONS.indexOf(version)).map((it) => outputFile(command, shape, it));
  return files.find((file) => existsSync(goldenPath(name, file))) ?? outputFile(command, shape);
}

/** Reads what a version is recorded to print for a command. */
export function readOutcome(
  name: string,
  { command, fails = [] }: RecordedCommand,
  shape: Shape,
  version: DialectVersion,
): Outcome {
  const stdout = readFileSync(goldenPath(name, outputFileOf(name, command.split(" "), shape, version)));
  return { stdout, ok: fails !== true && !fails.includes(version) };
}

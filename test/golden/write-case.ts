import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { packageVersion } from "../../src/cli/package/package-files.ts";
import { processContext } from "../../src/cli/session/context.ts";
import type { DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { findMaps, type MapSelector } from "../../src/reader/find.ts";
import { saveSnapshot } from "../../src/snapshot/write/save.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { commandsOf, type GoldenCase } from "./case.ts";
import { goldenPath, outputFile, type RecordedCase, type RecordedCommand } from "./recorded.ts";
import type { CommandOutcomes } from "./run-case.ts";

/** Replaces the folder of a case: its index, the snapshot of its maps, and what the versions printed. */
export async function writeCase(
  golden: GoldenCase,
  selector: MapSelector,
  all: readonly CommandOutcomes[],
): Promise<void> {
  rmSync(goldenPath(golden.name), { recursive: true, force: true });
  mkdirSync(goldenPath(golden.name), { recursive: true });
  await saveMaps(selector, goldenPath(golden.name, "map.ndjson"));
  for (const { command, shape, outcomes } of all) {
    for (const [version, stdout] of distinctOutputs(outcomes)) {
      writeFileSync(goldenPath(golden.name, outputFile(command, shape, version)), stdout);
    }
  }
  writeFileSync(goldenPath(golden.name, "case.json"), `${JSON.stringify(indexOf(golden, all), undefined, 2)}\n`);
}

/** Saves maps, also those that can't be read: the command would refuse them, but bpftool's answer is a case, too. */
async function saveMaps(selector: MapSelector, path: string): Promise<void> {
  const maps = findMaps(new LinuxKernel(), selector);
  try {
    const origin = { tool: `ebpf-map ${packageVersion()}`, ...processContext().origin() };
    await saveSnapshot(path, maps, { ...origin, force: false });
  } finally {
    for (const map of maps) map[Symbol.dispose]();
  }
}

/**
 * Yields an output of the newest version without a version, and each older one that differs from the next newer with
 * the version that printed it: so a version that prints the same as the newest before it adds no file.
 */
export function* distinctOutputs(
  outcomes: CommandOutcomes["outcomes"],
): Generator<[DialectVersion | undefined, Buffer]> {
  let newer: Buffer | undefined;
  for (const [version, { stdout }] of [...outcomes].reverse()) {
    if (newer === undefined) yield [undefined, stdout];
    else if (!newer.equals(stdout)) yield [version, stdout];
    newer = stdout;
  }
}

function indexOf(golden: GoldenCase, all: readonly CommandOutcomes[]): RecordedCase {
  const { covers, without } = golden;
  const commands = commandsOf(golden).map((command): RecordedCommand => {
    const shapes = all.filter((one) => one.command === command).map(({ outcomes }) => outcomes);
    const fails = failingVersions(shapes);
    return { command: command.join(" "), ...(fails === undefined ? {} : { fails }) };
  });
  return { covers, ...(without === undefined ? {} : { without }), commands };
}

/** The versions in which a command fails, which it does in every shape or in none; `true` for all versions. */
export function failingVersions(shapes: readonly CommandOutcomes["outcomes"][]): RecordedCommand["fails"] | undefined {
  const failing = shapes.map((outcomes) => [...outcomes].flatMap(([version, { ok }]) => (ok ? [] : [version])));
  const [versions = [], ...others] = failing;
  if (others.some((other) => other.join() !== versions.join())) {
    throw new Error("a command fails in one shape and not in another");
  }
  if (versions.length === 0) return undefined;
  return versions.length === shapes[0]?.size ? true : versions;
}

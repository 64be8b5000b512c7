import type { DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { runBpftool } from "../helpers/bpftools.ts";
import { SHAPE_NAMES, SHAPES, type Shape } from "../helpers/shapes.ts";
import { commandsOf, type GoldenCase } from "./case.ts";
import { type Outcome, wordsFor } from "./recorded.ts";

/** What the versions print for a command in one shape, of a map that is in the kernel now. */
export interface CommandOutcomes {
  readonly command: readonly string[];
  readonly shape: Shape;
  readonly outcomes: ReadonlyMap<DialectVersion, Outcome>;
}

/** Runs all commands of a case, whose maps are named by `words`, in all shapes with these versions. */
export async function runCase(
  golden: GoldenCase,
  words: readonly string[],
  versions: readonly DialectVersion[],
): Promise<CommandOutcomes[]> {
  const all: CommandOutcomes[] = [];
  for (const command of commandsOf(golden)) {
    for (const shape of SHAPE_NAMES) {
      const outcomes = new Map<DialectVersion, Outcome>();
      for (const version of versions) {
        outcomes.set(version, await runTwice(version, [...SHAPES[shape], "map", ...wordsFor(command, words)]));
      }
      all.push({ command, shape, outcomes });
    }
  }
  return all;
}

/** Two outcomes that print the same and end alike. */
export function sameOutcome(one: Outcome, other: Outcome): boolean {
  return one.stdout.equals(other.stdout) && one.ok === other.ok;
}

/** Runs a bpftool twice: what differs from run to run comes from outside a buffer and is no expectation. */
async function runTwice(version: DialectVersion, args: readonly string[]): Promise<Outcome> {
  const [first, second] = [await runBpftool(version, args), await runBpftool(version, args)];
  const line = `bpftool ${version} ${args.join(" ")}`;
  if (first.status < 0) throw new Error(`${line}: killed by signal ${-first.status}`);
  if (!first.stdout.equals(second.stdout)) throw new Error(`${line}: prints something else each time`);
  return { stdout: first.stdout, ok: first.status === 0 };
}

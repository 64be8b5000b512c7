import { Random } from "../helpers/random.ts";
import type { Target } from "./target.ts";
import { C_DECLARATION, SCHEMA_FILE } from "./targets/declarations.ts";
import { DECLARED_MAPS, TYPE_NAME } from "./targets/names.ts";
import { PRINTED } from "./targets/printed.ts";
import { PROGRAMS } from "./targets/programs.ts";
import { CONFIGURATION, FILTER, KEY_JSON } from "./targets/queries.ts";
import { SNAPSHOT } from "./targets/snapshots.ts";
import { SPLIT_BTF } from "./targets/split.ts";
import { EVENT_TYPES, PERF, RING } from "./targets/streams.ts";
import { BTF, DECODER, ELF, ENCODER, LAYOUT } from "./targets/types.ts";
import { VERIFIER_LOG } from "./targets/verifier.ts";
import { COMMAND_LINE, SYSTEM_TEXT } from "./targets/words.ts";
import { GENERATED_CODE, WRITERS } from "./targets/writers.ts";

export const TARGETS: readonly Target[] = [
  BTF,
  ELF,
  SPLIT_BTF,
  LAYOUT,
  ENCODER,
  PROGRAMS,
  DECODER,
  WRITERS,
  GENERATED_CODE,
  C_DECLARATION,
  TYPE_NAME,
  DECLARED_MAPS,
  SCHEMA_FILE,
  FILTER,
  KEY_JSON,
  CONFIGURATION,
  SNAPSHOT,
  PRINTED,
  RING,
  PERF,
  EVENT_TYPES,
  COMMAND_LINE,
  SYSTEM_TEXT,
  VERIFIER_LOG,
];

/** An input that something other than the project's error came out of, or that took too long. */
export interface Finding {
  readonly target: string;
  /** `npm run fuzz -- --target NAME --input N` repeats it. */
  readonly number: number;
  readonly problem: string;
}

/** How a target fared. */
export interface Tally {
  inputs: number;
  /** Inputs that got past the first checks. */
  deep: number;
  slowest: number;
  readonly findings: Finding[];
}

/** An input that takes longer has found a way to hold the program up. Generous, since machines are busy. */
const TOO_LONG_MS = 10_000;

/** Where the run is, for whoever watches that it moves on. */
export type Progress = (target: Target, number: number) => void;

/** Feeds a target with the inputs of a range of numbers, as long as `goOn` says so. */
export async function fuzz(
  target: Target,
  first: number,
  goOn: (inputs: number) => boolean,
  progress: Progress = () => undefined,
): Promise<Tally> {
  const tally: Tally = { inputs: 0, deep: 0, slowest: 0, findings: [] };
  for (let number = first; goOn(tally.inputs); number++) {
    progress(target, number);
    const start = performance.now();
    const problem = await problemOf(target, number, tally);
    const took = performance.now() - start;
    tally.inputs += 1;
    tally.slowest = Math.max(tally.slowest, took);
    if (problem !== undefined) tally.findings.push({ target: target.name, number, problem });
    else if (took > TOO_LONG_MS) tally.findings.push({ target: target.name, number, problem: `took ${took} ms` });
  }
  return tally;
}

async function problemOf(target: Target, number: number, tally: Tally): Promise<string | undefined> {
  const random = new Random(number);
  const input = target.input(random);
  try {
    if (await target.run(input, random)) tally.deep += 1;
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { DIALECT_VERSIONS, type DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { type Run, runBpftool } from "./bpftools.ts";
import { runOurs } from "./run-ours.ts";
import { SHAPE_NAMES, SHAPES, type Shape } from "./shapes.ts";

export interface Comparison {
  readonly versions?: readonly DialectVersion[];
  readonly shapes?: readonly Shape[];
  /** Corrects bpftool's output where it has a fault that isn't copied; see test/kernel/known-differences.ts. */
  readonly correct?: (stdout: Buffer, shape: Shape) => Buffer;
}

/**
 * Runs the same command with each bpftool and with `ebpf-map --compat` of its version, in each shape, and says where
 * the bytes on stdout differ or only one ended with status 0. `args` begin behind the word "bpftool": `map dump id 7`.
 */
export async function differences(args: readonly string[], options: Comparison = {}): Promise<string[]> {
  return compareAll(args, options, async (version, words) => {
    const their = await waitFor(`bpftool ${words.join(" ")} to get through all maps`, async () => {
      const run = await runBpftool(version, words);
      return lostItsPlace(run, words) ? undefined : run;
    });
    return [their, await runOurs(["--compat", version, ...words])];
  });
}

/** Looking for a name, bpftool gives up at a map that goes between the call that names it and the one that opens it. */
function lostItsPlace({ status, stdout, stderr }: Run, words: readonly string[]): boolean {
  if (status === 0 || !words.includes("name")) return false;
  return /can't get map by id \(\d+\): No such file or directory/.test(`${stdout}${stderr}`);
}

/**
 * As {@link differences}, of something that changes under our hands: what counts is a moment in which bpftool prints
 * the same before and after our run.
 */
export async function differencesWhileStill(args: readonly string[], options: Comparison = {}): Promise<string[]> {
  return compareAll(args, options, (version, words, shape) => {
    const theirs = (): Promise<Run> => runBpftool(version, words);
    const correct = (run: Run): Run => corrected(run, options, shape);
    return whileStill(words, theirs, () => runOurs(["--compat", version, ...words]), correct);
  });
}

/** What comes and goes between bpftool's two runs is in none of them: a difference counts when it is there so often. */
const STILL_MOMENTS = 3;

/**
 * Runs one between two runs of the other, until these two print the same: the first that agree, or the last of three
 * that don't.
 */
export async function whileStill(
  words: readonly string[],
  theirs: () => Promise<Run>,
  ours: () => Promise<Run>,
  correct: (their: Run) => Run,
): Promise<readonly [their: Run, our: Run]> {
  let moments = 0;
  return waitFor(`bpftool ${words.join(" ")} to print the same twice`, async () => {
    const before = await theirs();
    const our = await ours();
    if (!before.stdout.equals((await theirs()).stdout)) return undefined;
    moments += 1;
    const isDifferent = describeDifference(correct(before), our) !== undefined;
    return isDifferent && moments < STILL_MOMENTS ? undefined : [before, our];
  });
}

type RunBoth = (
  version: DialectVersion,
  words: readonly string[],
  shape: Shape,
) => Promise<readonly [their: Run, our: Run]>;

async function compareAll(args: readonly string[], options: Comparison, runBoth: RunBoth): Promise<string[]> {
  const { versions = DIALECT_VERSIONS, shapes = SHAPE_NAMES } = options;
  const found: string[] = [];
  for (const shape of shapes) {
    const words = [...SHAPES[shape], ...args];
    const runs = await Promise.all(versions.map((version) => runBoth(version, words, shape)));
    for (const [i, [their, our]] of runs.entries()) {
      const difference = describeDifference(corrected(their, options, shape), our);
      if (difference !== undefined) found.push(`bpftool ${versions[i]} ${words.join(" ")}: ${difference}`);
    }
  }
  return found;
}

function corrected(run: Run, { correct }: Comparison, shape: Shape): Run {
  return correct === undefined ? run : { ...run, stdout: correct(run.stdout, shape) };
}

/** Tries until there is a result, for about half a minute. */
export async function waitFor<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 150; tries++) {
    const result = await attempt();
    if (result !== undefined) return result;
    await sleep(20 * Math.min(tries, 10));
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Describes the first difference between the two runs in one line; undefined if there is none. */
export function describeDifference(their: Run, our: Run): string | undefined {
  const sameEnd = (their.status === 0) === (our.status === 0);
  if (their.stdout.equals(our.stdout) && sameEnd) return undefined;
  const at = firstDifference(their.stdout, our.stdout);
  const bytes = at < 0 ? "" : ` at byte ${at}: expected ${excerpt(their.stdout, at)}, got ${excerpt(our.stdout, at)}`;
  const ends = sameEnd ? "" : ` status: expected ${their.status}, got ${our.status}`;
  return `${bytes}${ends} stderr: ${JSON.stringify(our.stderr.slice(0, 200))}`.trim();
}

function firstDifference(a: Buffer, b: Buffer): number {
  if (a.equals(b)) return -1;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

function excerpt(bytes: Buffer, at: number): string {
  return JSON.stringify(bytes.subarray(Math.max(0, at - 40), at + 60).toString("latin1"));
}

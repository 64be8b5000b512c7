import { DIALECT_VERSIONS, type DialectVersion } from "../../src/codec/dialect.ts";
import { type Run, runBpftool } from "./bpftools.ts";
import { runOurs } from "./run-ours.ts";
import { SHAPE_NAMES, SHAPES, type Shape } from "./shapes.ts";

export interface Comparison {
  readonly versions?: readonly DialectVersion[];
  readonly shapes?: readonly Shape[];
  /** Corrects bpftool's output where it has a fault that isn't copied; see test/kernel/known-differences.ts. */
  readonly correct?: (stdout: Buffer, shape: Shape) => Buffer;
}

/** How many runs the last `differences` calls of this process have compared, for the count that a suite reports. */
export const compared = { runs: 0 };

/**
 * Runs the same command with each bpftool and with `ebpf-map --compat` of its version, in each shape, and says where
 * the bytes on stdout differ or only one ended with status 0. `args` begin behind the word "bpftool": `map dump id 7`.
 */
export async function differences(args: readonly string[], options: Comparison = {}): Promise<string[]> {
  const { versions = DIALECT_VERSIONS, shapes = SHAPE_NAMES, correct = (stdout) => stdout } = options;
  const found: string[] = [];
  for (const shape of shapes) {
    const theirs = await Promise.all(versions.map((version) => runBpftool(version, [...SHAPES[shape], ...args])));
    for (const [i, version] of versions.entries()) {
      const their = theirs[i];
      if (their === undefined) continue;
      const our = await runOurs(["--compat", version, ...SHAPES[shape], ...args]);
      const difference = describeDifference({ ...their, stdout: correct(their.stdout, shape) }, our);
      compared.runs++;
      if (difference !== undefined)
        found.push(`bpftool ${version} ${[...SHAPES[shape], ...args].join(" ")}: ${difference}`);
    }
  }
  return found;
}

/** Where our run isn't like theirs, in a line; undefined where it is. */
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

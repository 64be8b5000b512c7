import { parseArgs } from "node:util";
import { DIALECT_VERSIONS, type DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { missingBpftools } from "../helpers/bpftools.ts";
import { Scratch } from "../helpers/scratch.ts";
import { type GoldenCase, mapNameOf, versionsOf } from "./case.ts";
import { GOLDEN_CASES } from "./cases.ts";
import { isAsRecorded, referenceFor } from "./compare-version.ts";
import { type Outcome, readOutcome, readRecorded } from "./recorded.ts";
import { type CommandOutcomes, runCase } from "./run-case.ts";
import { writeCase } from "./write-case.ts";

/**
 * `npm run golden:record -- [--version VERSION] [CASE...]`: makes each case's maps in this kernel and records what each
 * bpftool prints for them. With a version, only the cases that it prints otherwise than recorded are recorded anew. A
 * CASE may be a group. Needs root, bpffs and the bpftools of test/fetch-bpftools.sh.
 */
async function record(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: { version: { type: "string" } }, allowPositionals: true });
  const missing = missingBpftools();
  if (missing.length > 0) throw new Error(`no bpftool ${missing.join(", ")}: run test/fetch-bpftools.sh`);
  const version = values.version === undefined ? undefined : knownVersion(values.version);
  const cases = casesUnder(positionals);
  const recorded: string[] = [];
  for (const golden of cases) if (await recordCase(golden, version)) recorded.push(golden.name);
  const unchanged = version === undefined ? "" : `, as bpftool ${version} prints the others as they are recorded`;
  process.stdout.write(`recorded ${recorded.length} of ${cases.length} cases${unchanged}\n`);
  for (const name of recorded) process.stdout.write(`${name}\n`);
}

function knownVersion(version: string): DialectVersion {
  const known = DIALECT_VERSIONS.find((candidate) => candidate === version);
  if (known !== undefined) return known;
  throw new Error(`bpftool ${version}: give it a column in src/codec/bpftool/dialect.ts first`);
}

function casesUnder(names: readonly string[]): readonly GoldenCase[] {
  if (names.length === 0) return GOLDEN_CASES;
  return names.flatMap((wanted) => {
    const cases = GOLDEN_CASES.filter(({ name }) => name === wanted || name.startsWith(`${wanted}/`));
    if (cases.length === 0) throw new Error(`no case or group is called ${wanted}`);
    return cases;
  });
}

/** Records a case, if it isn't already as this version prints it. */
async function recordCase(golden: GoldenCase, version: DialectVersion | undefined): Promise<boolean> {
  const scratch = new Scratch();
  try {
    const maps = await golden.make(scratch, mapNameOf(golden));
    const ids = maps.map((map) => new LinuxKernel().mapInfo(map).id);
    const name = mapNameOf(golden);
    const [id = 0, ...others] = ids;
    const selector = others.length === 0 ? ({ by: "id", id } as const) : ({ by: "name", name } as const);
    const words = selector.by === "id" ? ["id", String(id)] : ["name", name];
    if (version !== undefined && (await isRecorded(golden, words, version))) return false;
    await writeCase(golden, selector, await runCase(golden, words, versionsOf(golden)));
    return true;
  } catch (error) {
    throw new Error(`record ${golden.name}`, { cause: error });
  } finally {
    scratch[Symbol.dispose]();
  }
}

async function isRecorded(golden: GoldenCase, words: readonly string[], version: DialectVersion): Promise<boolean> {
  const reference = referenceFor(version, versionsOf(golden));
  if (golden.without?.[version] !== undefined || reference === undefined) return true;
  const all = await runCase(golden, words, [reference, version]);
  return all.every((live) => {
    const pair = (of: (one: DialectVersion) => Outcome) => ({ version: of(version), reference: of(reference) });
    return isAsRecorded(
      pair((one) => liveOutcome(live, one)),
      pair((one) => recordedOutcome(golden, live, one)),
    );
  });
}

function liveOutcome({ outcomes }: CommandOutcomes, version: DialectVersion): Outcome {
  const outcome = outcomes.get(version);
  if (outcome === undefined) throw new Error(`bpftool ${version} was not run`);
  return outcome;
}

function recordedOutcome({ name }: GoldenCase, { command, shape }: CommandOutcomes, version: DialectVersion): Outcome {
  const words = command.join(" ");
  const recorded = readRecorded(name).commands.find((candidate) => candidate.command === words);
  if (recorded === undefined) throw new Error(`${words} is not recorded: record the case without --version`);
  return readOutcome(name, recorded, shape, version);
}

await record(process.argv.slice(2));

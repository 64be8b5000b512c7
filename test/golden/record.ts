import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { DIALECT_VERSIONS, type DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { type Run, runBpftool } from "../helpers/bpftools.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { Scratch } from "../helpers/scratch.ts";
import { SHAPE_NAMES, SHAPES, type Shape } from "../helpers/shapes.ts";
import { type GoldenCase, mapNameOf } from "./case.ts";
import { GOLDEN_CASES } from "./cases.ts";
import { type Expected, type ExpectedRun, goldenPath, wordsFor } from "./expected.ts";

/**
 * `npm run golden:record [CASE...]`: makes each case's maps in this kernel, lets ebpf-map save them, and keeps what each
 * bpftool prints for them. Needs root, bpffs and the bpftools of test/fetch-bpftools.sh.
 */
async function record(names: readonly string[]): Promise<void> {
  const cases = GOLDEN_CASES.filter(({ name }) => names.length === 0 || names.includes(name));
  let outputs = 0;
  for (const golden of cases) outputs += await recordCase(golden);
  process.stdout.write(`recorded ${cases.length} cases with ${outputs} outputs\n`);
}

async function recordCase(golden: GoldenCase): Promise<number> {
  const scratch = new Scratch();
  try {
    const maps = await golden.make(scratch, mapNameOf(golden));
    const ids = maps.map((map) => new LinuxKernel().mapInfo(map).id);
    const words = ids.length === 1 ? ["id", String(ids[0])] : ["name", mapNameOf(golden)];
    rmSync(goldenPath(golden.name), { recursive: true, force: true });
    mkdirSync(goldenPath(golden.name), { recursive: true });
    await saveSnapshot(golden, words);
    const commands = [["dump", "MAP"], ...(golden.commands ?? [])];
    const runs: ExpectedRun[] = [];
    for (const [i, command] of commands.entries()) {
      for (const shape of SHAPE_NAMES) runs.push(...(await recordRuns(golden, words, command, i, shape)));
    }
    const expected: Expected = { covers: golden.covers, runs };
    writeFileSync(goldenPath(golden.name, "expected.json"), `${JSON.stringify(expected, undefined, 2)}\n`);
    return runs.length;
  } catch (error) {
    throw new Error(`record ${golden.name}`, { cause: error });
  } finally {
    scratch[Symbol.dispose]();
  }
}

async function saveSnapshot({ name }: GoldenCase, words: readonly string[]): Promise<void> {
  const { status, stderr } = await runOurs(["save", ...words, goldenPath(name, "map.ndjson")]);
  if (status !== 0) throw new Error(`save ${words.join(" ")}: status ${status}: ${stderr}`);
}

/** Runs a command with each version and writes each distinct output to a file, named for the newest that printed it. */
async function recordRuns(
  golden: GoldenCase,
  words: readonly string[],
  command: readonly string[],
  index: number,
  shape: Shape,
): Promise<ExpectedRun[]> {
  const groups: { run: Run; versions: DialectVersion[] }[] = [];
  for (const version of DIALECT_VERSIONS.filter((known) => golden.without?.[known] === undefined)) {
    const run = await runTwice(version, [...SHAPES[shape], "map", ...wordsFor(command, words)]);
    const same = groups.find((group) => group.run.stdout.equals(run.stdout) && isOk(group.run) === isOk(run));
    if (same) same.versions.push(version);
    else groups.push({ run, versions: [version] });
  }
  return groups.map(({ run, versions }) => {
    const stem = index === 0 ? shape : `${index}-${command[0]}.${shape}`;
    const file = `${stem}.${versions.at(-1)}.txt`;
    writeFileSync(goldenPath(golden.name, file), run.stdout);
    return { command, shape, versions, ok: isOk(run), stdout: file };
  });
}

/** What differs from run to run is no expectation: it comes from outside a buffer. */
async function runTwice(version: DialectVersion, args: readonly string[]): Promise<Run> {
  const [first, second] = [await runBpftool(version, args), await runBpftool(version, args)];
  const line = `bpftool ${version} ${args.join(" ")}`;
  if (first.status < 0) throw new Error(`${line}: killed by signal ${-first.status}`);
  if (!first.stdout.equals(second.stdout)) throw new Error(`${line}: prints something else each time`);
  return first;
}

function isOk(run: Run): boolean {
  return run.status === 0;
}

await record(process.argv.slice(2));

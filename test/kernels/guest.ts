import { readFileSync } from "node:fs";
import { release } from "node:os";
import { DIALECT_VERSIONS, type DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { readCpuIds } from "../../src/sys/cpus.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { runBpftool } from "../helpers/bpftools.ts";
import { compareCases } from "./guest/compare-cases.ts";
import { checkExecutable } from "./guest/executable.ts";
import { checkLimits } from "./guest/limits.ts";
import { checkMemlock } from "./guest/memlock.ts";
import { readEachType } from "./guest/reading.ts";
import { checkRights } from "./guest/rights.ts";
import { checkStreams } from "./guest/streams.ts";
import { type GuestResult, RESULT_MARK } from "./guest-result.ts";

/** The suite that runs in a guest: one process, since starting one is what takes long there. */
const kernel = new LinuxKernel();
// Before 5.11 the limit of locked memory is what maps are charged to, so it is looked at before it is raised.
const limits = await checkLimits();
const bpftools = await startingBpftools();
const types = await readEachType();
const memlock = checkMemlock(release());
const executable = await checkExecutable();
const rights = await checkRights();
const streams = await checkStreams();
const quick = readFileSync("/proc/cmdline", "latin1").split(/\s/).includes("quick_suite");
const cases = await compareCases(bpftools, quick);

const result: GuestResult = {
  release: release(),
  possibleCpus: kernel.possibleCpus(),
  onlineCpus: readCpuIds("online").length,
  btf: kernel.vmlinuxBtf() !== undefined,
  bpftools,
  absent: cases.absent,
  cases: cases.made,
  compared: cases.compared,
  modes: types.modes,
  checks: limits.checks + types.checks + memlock.checks + executable.checks + rights.checks + streams.checks,
  failures: [
    ...limits.failures,
    ...types.failures,
    ...memlock.failures,
    ...executable.failures,
    ...rights.failures,
    ...streams.failures,
    ...cases.failures,
  ],
  carried: executable.carried,
};
process.stdout.write(`${RESULT_MARK}${JSON.stringify(result)}\n`);
process.exitCode = result.failures.length === 0 ? 0 : 1;

async function startingBpftools(): Promise<DialectVersion[]> {
  const starting: DialectVersion[] = [];
  for (const version of DIALECT_VERSIONS) {
    if ((await runBpftool(version, ["version"])).status === 0) starting.push(version);
  }
  return starting;
}

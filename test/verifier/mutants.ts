import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { repositoryPath } from "../helpers/repository.ts";
import { Scratch } from "../helpers/scratch.ts";
import { COMPILERS, compileProgram, compiles } from "./helpers/compile.ts";
import { MUTANTS, type RecordedLog, recordedLogs, writeLogs } from "./helpers/golden-logs.ts";
import { refusedPrograms } from "./helpers/programs.ts";
import { rowsOf } from "./helpers/provoked-rows.ts";

/**
 * `node test/run.mjs test/verifier/mutants.ts [SECONDS] [SEED]`: changes the programs at random for so long (300 s),
 * has this kernel refuse them, and adds to `golden/verifier/mutants.logs.gz` the shortest log of each row of the table
 * of messages that no log there has yet. Half of the time the programs are loaded without CAP_PERFMON. Needs root, gcc,
 * libbpf-dev and the compilers of the programs.
 */
const [seconds = 300, seed = Date.now()] = process.argv.slice(2).map(Number);
const FEWER_RIGHTS = ["setpriv", "--bounding-set", "-perfmon,-sys_admin", "--inh-caps", "-perfmon,-sys_admin"];

using scratch = new Scratch();
process.on("exit", () => scratch[Symbol.dispose]());
const mutate = join(scratch.folder, "mutate");
const source = repositoryPath("test", "verifier", "mutate.c");
execFileSync("gcc", ["-O1", "-D_GNU_SOURCE", source, "-o", mutate, "-lbpf", "-lelf", "-lz"], { stdio: "inherit" });
const objects = COMPILERS.flatMap((compiler) =>
  refusedPrograms()
    .filter(({ name }) => compiles(compiler, name))
    .map((program) => compileProgram(compiler, program, scratch.folder)),
);
const logs = [...provoked([], "all"), ...provoked(FEWER_RIGHTS, "fewer")].sort((a, b) => a.length - b.length);
const kept = recordedLogs(MUTANTS);
const known = new Set(knownRows());
const kernel = release().split(".").slice(0, 2).join(".");
for (const text of logs) {
  const fresh = rowsOf(text).filter((pattern) => !known.has(pattern));
  if (fresh.length === 0) continue;
  for (const pattern of fresh) known.add(pattern);
  kept.push({ kernel, compiler: `mutant${kept.length + 1}`, text });
}
writeLogs(MUTANTS, kept);
process.stdout.write(`${logs.length} different logs, ${kept.length} kept, ${known.size} rows provoked\n`);

function provoked(rights: readonly string[], folder: string): string[] {
  const made = join(scratch.folder, folder);
  mkdirSync(made);
  const [command = "", ...args] = [...rights, mutate, String(seconds / 2), String(seed), made, ...objects];
  const { status } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`mutate exits with ${status}`);
  return readdirSync(made).map((name) => normalized(readFileSync(join(made, name), "latin1")));
}

/** Where things lie in the kernel's memory is another place each time. */
function normalized(text: string): string {
  return text.replace(/\b(0x)?ffff[0-9a-f]{12}\b/g, "$1ffff888100000000");
}

function knownRows(): string[] {
  const logs: RecordedLog[] = [...kept, ...refusedPrograms().flatMap(({ name }) => recordedLogs(name))];
  return logs.flatMap(({ text }) => rowsOf(text));
}

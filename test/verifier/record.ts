import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { bpftoolPath } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { Scratch } from "../helpers/scratch.ts";
import { bundle } from "../helpers/staged-program.ts";
import { bootGuest } from "../kernels/boot.ts";
import { GUESTS } from "../kernels/matrix.ts";
import type { RefusalsResult } from "./guest.ts";
import { COMPILERS, compileProgram, compiles } from "./helpers/compile.ts";
import { KERNELS, keepsObject, type RecordedLog, recordedLogs, writeLogs, writeObject } from "./helpers/golden-logs.ts";
import { refusalOf } from "./helpers/load-log.ts";
import { objectName, type RefusedProgram, refusedPrograms } from "./helpers/programs.ts";

/**
 * `node test/run.mjs test/verifier/record.ts [KERNEL...] [COMPILER...] [PROGRAM...]`: compiles every program with all
 * compilers, has it refused by the kernels (6.18 is this machine's own, the others are guests), and writes what they
 * said to `golden/verifier`. Needs root, qemu, busybox, cpio, clang-14 and what the scripts `test/fetch-*.sh` bring.
 */
type Logs = Record<string, Record<string, string>>;

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.includes("/"));
const named = words.filter((word) => word.includes("/"));
const kernels = chosen(KERNELS, (kernel) => kernel);
const compilers = chosen(COMPILERS, ({ name }) => name);
const programs = refusedPrograms().filter(({ name }) => named.length === 0 || named.includes(name));
using scratch = new Scratch();
process.on("exit", () => scratch[Symbol.dispose]());
const work = join(scratch.folder, "compiled");
const objects = join(scratch.folder, "suite", "objects");
for (const compiler of compilers) {
  for (const program of programs.filter(({ name }) => compiles(compiler, name))) {
    const object = compileProgram(compiler, program, work);
    mkdirSync(join(objects, compiler.name), { recursive: true });
    cpSync(object, join(objects, compiler.name, objectName(program)));
    if (keepsObject(program, compiler.name)) writeObject(program.name, compiler.name, readFileSync(object));
  }
}
const image = await makeImage();
for (const kernel of kernels) {
  const logs = kernel === "6.18" ? logsHere() : await logsOfGuest(kernel);
  for (const program of programs) keep(kernel, program, logs);
  process.stdout.write(
    `${kernel}: ${compilers.map(({ name }) => `${Object.keys(logs[name] ?? {}).length} ${name}`)}\n`,
  );
}

/** Those of a list that the command line names; all of them if it names none. */
function chosen<T>(list: readonly T[], nameOf: (one: T) => string): T[] {
  const named = list.filter((one) => wanted.includes(nameOf(one)));
  return named.length > 0 ? named : [...list];
}

/** Replaces the logs of one kernel and the compilers among those of a program. */
function keep(kernel: string, { name }: RefusedProgram, logs: Logs): void {
  const renewed = (log: RecordedLog): boolean =>
    log.kernel === kernel && compilers.some((compiler) => compiler.name === log.compiler);
  const others = recordedLogs(name).filter((log) => !renewed(log));
  const fresh = compilers.flatMap((compiler): RecordedLog[] => {
    const text = logs[compiler.name]?.[name];
    return text === undefined ? [] : [{ kernel, compiler: compiler.name, text }];
  });
  writeLogs(name, [...others, ...fresh]);
}

function logsHere(): Logs {
  if (!release().startsWith("6.18.")) throw new Error(`logs of Linux 6.18 are recorded on it, not on ${release()}`);
  const logs: Logs = {};
  for (const compiler of compilers) {
    const refused: Record<string, string> = {};
    for (const program of programs.filter(({ name }) => compiles(compiler, name))) {
      const object = join(objects, compiler.name, objectName(program));
      const log = refusalOf(bpftoolPath("7.8"), object, join(scratch.pins, "refused"));
      if (log !== undefined) refused[program.name] = log;
    }
    logs[compiler.name] = refused;
  }
  return logs;
}

async function makeImage(): Promise<string> {
  const tree = join(scratch.folder, "suite");
  writeFileSync(join(tree, "package.json"), JSON.stringify({ type: "module" }));
  await bundle(repositoryPath("test", "verifier", "guest.ts"), join(tree, "guest.mjs"));
  mkdirSync(join(tree, "bpftools"));
  cpSync(bpftoolPath("7.8"), join(tree, "bpftools", "bpftool-7.8"));
  cpSync(join(bpftoolPath("7.8"), "..", "7.8"), join(tree, "bpftools", "7.8"), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.includes("/share/"),
  });
  const made = join(scratch.folder, "image");
  execFileSync(repositoryPath("test", "kernels", "make-image.sh"), [tree, made, "setpriv"], { stdio: "inherit" });
  return made;
}

async function logsOfGuest(name: string): Promise<Logs> {
  const guest = GUESTS.find((one) => one.name === name);
  if (guest === undefined) throw new Error(`no guest is called ${name}`);
  const script = repositoryPath("test", "kernels", "fetch-kernels.sh");
  const fetched = spawnSync(script, [repositoryPath(".cache", "kernels"), guest.kernel], { encoding: "utf8" });
  const kernel = fetched.stdout.trim().split("\t")[1];
  if (kernel === undefined) throw new Error(`no kernel ${guest.kernel}: ${fetched.stderr}`);
  const outcome = await bootGuest<RefusalsResult>(guest, kernel, image, scratch);
  if ("crash" in outcome) throw new Error(`${name}: ${outcome.crash}`);
  return JSON.parse(gunzipSync(Buffer.from(outcome.result.packed, "base64")).toString("utf8"));
}

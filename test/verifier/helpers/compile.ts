import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryPath } from "../../helpers/repository.ts";
import { MARK, objectName, PROGRAMS_FOLDER, type RefusedProgram } from "./programs.ts";

/** The compilers of the logs: what they are called there, and how a user of each would call it. */
export const COMPILERS = [
  { name: "clang14", command: "clang-14", flags: ["-target", "bpf"] },
  {
    name: "clang19",
    command: repositoryPath(".cache", "clang", "clang-19"),
    flags: ["-target", "bpf", "-mcpu=v3"],
  },
  {
    name: "gcc16",
    command: repositoryPath(".cache", "gcc-bpf", "gcc-16"),
    flags: ["-gbtf", "-mcpu=v3", "-isystem", "/usr/include"],
  },
] as const;

/**
 * Those that the live tests call; gcc-bpf with line information is in Debian's sid alone, so its logs are recorded
 * ones.
 */
export const CLANGS = COMPILERS.filter(({ name }) => name !== "gcc16");

export type Compiler = (typeof COMPILERS)[number];

/** What a compiler does not take: gcc has no id for a type that only the program has. */
const NOT_COMPILED: Readonly<Record<string, readonly string[]>> = {
  gcc16: ["graph/object-leaks", "graph/push-without-lock"],
};

/** Whether a compiler takes a program. */
export function compiles({ name }: Compiler, program: string): boolean {
  return !NOT_COMPILED[name]?.includes(program);
}

const MISSING: Readonly<Record<Compiler["name"], string>> = {
  clang14: "clang-14",
  clang19: "clang 19 (run test/fetch-clang.sh)",
  gcc16: "gcc-bpf 16 (run test/fetch-gcc-bpf.sh)",
};

/** What is missing here to compile with this compiler, in words. */
export function missingCompiler({ command, name }: Compiler): string | undefined {
  if (command.includes("/") ? existsSync(command) : spawnSync(command, ["--version"]).status === 0) return undefined;
  return MISSING[name];
}

/** Compiles a program into the folder; returns the object's path. */
export function compileProgram({ command, flags, name }: Compiler, program: RefusedProgram, folder: string): string {
  const object = join(folder, name, objectName(program));
  mkdirSync(join(folder, name), { recursive: true });
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  const include = `-I/usr/include/${machine}-linux-gnu`;
  const source = unmarked(program, folder);
  // Warnings are the point of many of the programs; what the compiler is told of paths must not depend on this machine.
  const paths = `-fdebug-prefix-map=${folder}=.`;
  const args = ["-g", "-O2", "-w", paths, ...flags, include, "-c", source, "-o", object];
  // The compiler copies lines of C into the object by the paths that it is told to write, so those must lead there.
  execFileSync(command, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return object;
}

/** A copy of the source without the mark, line by line the same. */
function unmarked({ name, path }: RefusedProgram, folder: string): string {
  const copy = join(folder, "programs", `${name}.bpf.c`);
  mkdirSync(dirname(copy), { recursive: true });
  writeFileSync(copy, readFileSync(path, "utf8").replaceAll(MARK, ""));
  copyFileSync(join(PROGRAMS_FOLDER, "program.h"), join(folder, "programs", "program.h"));
  return copy;
}

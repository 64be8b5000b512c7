import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryPath } from "../../helpers/repository.ts";
import { MARK, objectName, PROGRAMS_FOLDER, type RefusedProgram } from "./programs.ts";

/** The compilers of the logs: what they are called there, and how a user of each would call it. */
export const COMPILERS = [
  { name: "clang14", command: "clang-14", flags: [] },
  { name: "clang19", command: repositoryPath(".cache", "clang", "clang-19"), flags: ["-mcpu=v3"] },
] as const;

export type Compiler = (typeof COMPILERS)[number];

/** What is missing here to compile with this compiler, in words. */
export function missingCompiler({ command, name }: Compiler): string | undefined {
  if (command.includes("/") ? existsSync(command) : spawnSync(command, ["--version"]).status === 0) return undefined;
  return name === "clang19" ? "clang 19 (run test/fetch-clang.sh)" : "clang-14";
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
  const args = ["-g", "-O2", "-target", "bpf", "-w", paths, ...flags, include, "-c", source, "-o", object];
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

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryPath } from "../../helpers/repository.ts";
import { objectName, type RefusedProgram } from "./programs.ts";

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
  // Warnings are the point of many of the programs; what the compiler is told of paths must not depend on this machine.
  const paths = `-fdebug-prefix-map=${repositoryPath()}=.`;
  const args = ["-g", "-O2", "-target", "bpf", "-w", paths, ...flags, include, "-c", program.path, "-o", object];
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  return object;
}

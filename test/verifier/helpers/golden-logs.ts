import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { repositoryPath } from "../../helpers/repository.ts";
import type { RefusedProgram } from "./programs.ts";

/** The kernels of the recorded logs; the names are those of the guests, or of the kernel where they were recorded. */
export const KERNELS: readonly string[] = ["5.10", "6.1", "6.12", "6.18", "7"];

/**
 * The name under which logs of programs that were changed at random are recorded; each has a compiler of its own name.
 */
export const MUTANTS = "mutants";

/** What one kernel said about one program as one compiler made it. */
export interface RecordedLog {
  readonly kernel: string;
  readonly compiler: string;
  readonly text: string;
}

/** Ends a line that begins a log; no log has it. */
const MARK = "\u001e";

/**
 * The recorded logs of a program. They stand in one compressed file, one behind the other, since they differ in little:
 * a line `\x1e 6.18 clang19`, then the log. `zcat golden/verifier/packet/no-check.logs.gz` shows them.
 */
export function recordedLogs(program: string): RecordedLog[] {
  const path = goldenPath(program);
  if (!existsSync(path)) return [];
  const parts = gunzipSync(readFileSync(path)).toString("latin1").split(MARK).slice(1);
  return parts.map((part) => {
    const end = part.indexOf("\n");
    const [kernel = "", compiler = ""] = part.slice(1, end).split(" ");
    return { kernel, compiler, text: part.slice(end + 1) };
  });
}

/** Writes the logs of a program, in the order of kernels and compilers. */
export function writeLogs(program: string, logs: readonly RecordedLog[]): void {
  const order = (log: RecordedLog): string => `${KERNELS.indexOf(log.kernel)}${log.compiler}`;
  const sorted = [...logs].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const text = sorted.map(({ kernel, compiler, text }) => `${MARK} ${kernel} ${compiler}\n${text}`).join("");
  mkdirSync(dirname(goldenPath(program)), { recursive: true });
  writeFileSync(goldenPath(program), gzipSync(Buffer.from(text, "latin1"), { level: 9 }));
}

function goldenPath(program: string): string {
  return repositoryPath("golden", "verifier", `${program}.logs.gz`);
}

/** Whether a log needs its object to say the line: gcc writes no lines of text, all that kernels before 6.10 print. */
export function keepsObject({ withObject }: RefusedProgram, compiler: string): boolean {
  return withObject || compiler === "gcc16";
}

/** The object that was loaded, where {@link keepsObject}. */
export function recordedObject(program: string, compiler: string): Uint8Array | undefined {
  const path = objectPath(program, compiler);
  return existsSync(path) ? gunzipSync(readFileSync(path)) : undefined;
}

export function writeObject(program: string, compiler: string, object: Uint8Array): void {
  mkdirSync(dirname(objectPath(program, compiler)), { recursive: true });
  writeFileSync(objectPath(program, compiler), gzipSync(object, { level: 9 }));
}

function objectPath(program: string, compiler: string): string {
  return repositoryPath("golden", "verifier", `${program}.${compiler}.o.gz`);
}

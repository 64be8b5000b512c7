import { spawn } from "node:child_process";
import { accessSync, constants as modes } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { DIALECT_VERSIONS, type DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import { repositoryPath } from "./repository.ts";

/** The output of a command, and its exit status. A signal is given as minus its number, as -11 for SIGSEGV. */
export interface Run {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly status: number;
}

const folder = process.env.EBPF_MAP_BPFTOOLS ?? repositoryPath(".cache", "bpftools");

export function bpftoolPath(version: DialectVersion): string {
  return join(folder, `bpftool-${version}`);
}

/** The versions that `test/fetch-bpftools.sh` has not brought yet. */
export function missingBpftools(): DialectVersion[] {
  return DIALECT_VERSIONS.filter((version) => !isExecutable(bpftoolPath(version)));
}

/** Counts the runs of a real bpftool in this process, so that a suite can say how many it has compared with. */
export const bpftoolRuns = { count: 0 };

/** Runs a real bpftool; one that takes longer than 20 seconds is killed. */
export function runBpftool(version: DialectVersion, args: readonly string[]): Promise<Run> {
  bpftoolRuns.count++;
  return run(bpftoolPath(version), args);
}

/** Far more than any map here prints; bpftool can print without end. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * Runs a program to its end, with nothing on its standard input; it is killed after `timeout` ms or 64 MB of output.
 */
export function run(file: string, args: readonly string[], timeout = 20_000): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], timeout, killSignal: "SIGKILL" });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT) child.kill("SIGKILL");
      else stdout.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const status = signal === null ? (code ?? 0) : -constants.signals[signal];
      resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("latin1"), status });
    });
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, modes.X_OK);
    return true;
  } catch {
    return false;
  }
}

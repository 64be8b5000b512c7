import { type Run, run } from "./bpftools.ts";
import { repositoryPath } from "./repository.ts";

/** Runs ebpf-map as a user does, in a process of its own. */
export function runCommand(args: readonly string[]): Promise<Run> {
  return run(process.execPath, [repositoryPath("bin", "ebpf-map.js"), ...args]);
}

/** Runs ebpf-map's `main`, with what it prints caught. */
export function runOurs(args: readonly string[]): Promise<Run> {
  return runCommand(args);
}

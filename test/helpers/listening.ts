import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a process has a handler for a signal, however long its start takes, or has ended. */
export async function listening(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  while (child.exitCode === null && child.signalCode === null && !catches(child.pid ?? 0, signal)) await sleep(10);
}

function catches(pid: number, signal: NodeJS.Signals): boolean {
  try {
    const [, mask = "0"] = /^SigCgt:\t([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
    return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    // It has ended.
    return false;
  }
}

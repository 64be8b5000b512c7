import { execFileSync } from "node:child_process";
import { release } from "node:os";
import { EPERM } from "../../../src/sys/errno.ts";
import { LinuxKernel } from "../../../src/sys/linux.ts";
import { createMap, updateElement } from "../../helpers/bpf.ts";
import { runOurs } from "../../helpers/run-ours.ts";
import { Scratch } from "../../helpers/scratch.ts";
import { Checks, errnoOf } from "./checks.ts";

/**
 * RLIMIT_MEMLOCK. Kernels before 5.11 charge maps to it, so there no map can be made with a limit of 64 KiB; but one
 * that is there can be read, since reading makes none. Ends with the limit raised for what comes after.
 */
export async function checkLimits(): Promise<Checks> {
  const checks = new Checks();
  using scratch = new Scratch();
  const spec = { type: "hash", keySize: 4, valueSize: 64, maxEntries: 4096, name: "limited" } as const;
  limitLockedMemory("unlimited");
  const map = scratch.own(createMap(spec));
  for (let i = 0; i < 3; i++) updateElement(map, Uint8Array.of(i, 0, 0, 0), new Uint8Array(64).fill(i));
  limitLockedMemory("65536");
  try {
    checks.equal("make a map with 64 KiB of locked memory", errnoOfMaking(scratch, spec), chargesMaps() ? EPERM : 0);
    const { id } = new LinuxKernel().mapInfo(map);
    const { status, stdout, stderr } = await runOurs(["dump", "id", String(id)]);
    checks.equal("read a map with 64 KiB of locked memory", { status, stderr }, { status: 0, stderr: "" });
    checks.matches("read a map with 64 KiB of locked memory", stdout.toString(), /Found 3 elements\n$/);
  } finally {
    limitLockedMemory("unlimited");
  }
  return checks;
}

function errnoOfMaking(scratch: Scratch, spec: Parameters<typeof createMap>[0]): number {
  try {
    scratch.own(createMap(spec));
    return 0;
  } catch (error) {
    return errnoOf(error) ?? -1;
  }
}

function chargesMaps(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major < 5 || (major === 5 && minor < 11);
}

function limitLockedMemory(limit: string): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--memlock=${limit}:unlimited`]);
}

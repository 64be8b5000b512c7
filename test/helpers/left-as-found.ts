import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EbpfMapError } from "../../src/errors.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { PINS_FOLDER } from "./scratch.ts";

/** `enum bpf_map_type`: the one whose maps need neither a process nor a pin to live on. */
const BPF_MAP_TYPE_STRUCT_OPS = 26;

/** Milliseconds that processes may take to end after they were told to. */
const PATIENCE_MS = 5000;

let folder = "";
let structOpsBefore: ReadonlySet<number> = new Set();

/**
 * Before all tests: gives the run a name that everything it starts or makes carries (processes in their environment,
 * pins and temporary files in their paths), so that what is left can be told from what others on this machine do.
 */
export function setup(): void {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "ebpf-map-run-")));
  // Some tests run the program as a user who must be able to get at it, though not to look around.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  process.env.EBPF_MAP_TEST_RUN = folder;
  structOpsBefore = new Set(structOpsMaps());
}

/**
 * After all tests: no process, pin, map, mount or temporary file of theirs may be there. Fails the run, and cleans up.
 */
export async function teardown(): Promise<void> {
  const left = [...(await processesLeft()), ...pinsLeft(), ...mountsLeft(), ...filesLeft(), ...structOpsLeft()];
  rmSync(folder, { recursive: true, force: true });
  if (left.length === 0) return;
  // An error here is printed by vitest, but doesn't count.
  process.exitCode = 1;
  throw new Error(`the tests left behind:\n${left.join("\n")}`);
}

async function processesLeft(): Promise<string[]> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = readdirSync("/proc").flatMap(ofThisRun);
    if (left.length === 0) return [];
    if (Date.now() > until) return left.map(({ pid, command }) => `process ${pid}: ${ended(pid, command)}`);
    await sleep(100);
  }
}

/** The process of that number, if it was started by the tests. */
function ofThisRun(pid: string): { readonly pid: string; readonly command: string }[] {
  if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
  try {
    const started = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`EBPF_MAP_TEST_RUN=${folder}`);
    const command = readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
    // A process that has ended and waits for its parent has no command line.
    return started && command !== "" ? [{ pid, command }] : [];
  } catch {
    return [];
  }
}

function ended(pid: string, command: string): string {
  process.kill(Number(pid), "SIGKILL");
  return command;
}

function pinsLeft(): string[] {
  const prefix = `ebpf-map-test-${folder.split("-").at(-1)}-`;
  const names = namesIn(PINS_FOLDER).filter((name) => name.startsWith(prefix));
  for (const name of names) rmSync(join(PINS_FOLDER, name), { recursive: true, force: true });
  return names.map((name) => `pins in ${join(PINS_FOLDER, name)}`);
}

function mountsLeft(): string[] {
  const lines = readFileSync("/proc/self/mounts", "latin1").split("\n");
  const left = lines.filter((line) => line.includes(folder));
  // The last one may lie on another.
  for (const line of left.toReversed()) execFileSync("umount", [line.split(" ")[1] ?? ""]);
  return left.map((line) => `mount ${line}`);
}

function filesLeft(): string[] {
  return namesIn(folder)
    .filter((name) => !isToolsOwn(name))
    .map((name) => `file ${join(folder, name)}`);
}

/** Tells whether Node or a tool keeps the file in the folder for temporary files, so that no test left it. */
function isToolsOwn(name: string): boolean {
  return name === "node-compile-cache" || name.startsWith("vitest-");
}

function structOpsLeft(): string[] {
  return structOpsMaps()
    .filter((id) => !structOpsBefore.has(id))
    .map((id) => `struct_ops map id ${id}`);
}

function structOpsMaps(): number[] {
  const kernel = new LinuxKernel();
  const found: number[] = [];
  for (let next = mapAfter(kernel, 0); next !== undefined; next = mapAfter(kernel, next)) {
    try {
      using fd = kernel.openMap(next);
      if (kernel.mapInfo(fd).type === BPF_MAP_TYPE_STRUCT_OPS) found.push(next);
    } catch (error) {
      // It has gone meanwhile.
      if (!(error instanceof EbpfMapError)) throw error;
    }
  }
  return found;
}

/** Undefined at the end, and where maps can't be listed at all. */
function mapAfter(kernel: LinuxKernel, id: number): number | undefined {
  try {
    const next = kernel.nextMapId(id);
    return next.errno === 0 ? next.id : undefined;
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

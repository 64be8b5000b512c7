import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { differencesWhileStill, waitFor } from "../helpers/compare.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import type { Scratch } from "../helpers/scratch.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();

/**
 * Programs of Debian's libbpf-tools, running: they trace the scheduler and the interrupts through typed tracepoints,
 * which need neither kprobes nor tracefs. `entries` names a map that has some after a moment.
 */
const PROGRAMS: readonly {
  readonly name: string;
  readonly args: (pid: number) => string[];
  readonly entries: string;
}[] = [
  { name: "runqlat", args: (pid) => ["-P", "-p", String(pid), "3600"], entries: "hists" },
  { name: "hardirqs", args: () => ["3600"], entries: "infos" },
];

liveSuite("maps of running programs", ["kernel", "bpftools", "libbpfTools"], () => {
  const scratch = useScratch();

  test.for(PROGRAMS)("$name", async ({ name, args, entries }) => {
    const idler = startProcess(scratch, "sh", ["-c", "while read line; do :; done"]);
    const program = startProcess(scratch, name, args(idler.pid ?? 0));
    const maps = await waitFor(`${name} to fill ${entries}`, async () => {
      idler.stdin?.write("wake up\n");
      const held = mapsHeldBy(program);
      const id = held.get(entries);
      return id !== undefined && (await runOurs(["dump", "id", id])).stdout.length > 20 ? held : undefined;
    });
    // On a busy machine interrupts come all the time: the maps are held, and stand still a moment after the program
    // ended.
    for (const id of maps.values()) scratch.own(kernel.openMap(Number(id)));
    program.kill("SIGKILL");
    await once(program, "exit");
    for (const [map, id] of maps) expect(await differencesWhileStill(["map", "dump", "id", id]), map).toEqual([]);
  });
});

function startProcess(scratch: Scratch, file: string, args: readonly string[]): ChildProcess {
  const child = spawn(file, args, { stdio: ["pipe", "ignore", "ignore"] });
  scratch.own({ [Symbol.dispose]: () => child.kill("SIGKILL") });
  return child;
}

/** The ids of the maps that a process has open, by name: the lines `map_id:` of its descriptors. */
function mapsHeldBy({ pid }: ChildProcess): ReadonlyMap<string, string> {
  const folder = `/proc/${pid}/fdinfo`;
  const held = new Map<string, string>();
  for (const fd of readdirSync(folder)) {
    const id = unlessGone(() => /^map_id:\t(\d+)$/m.exec(readFileSync(`${folder}/${fd}`, "latin1"))?.[1]);
    const name = id && unlessGone(() => mapName(id));
    if (id && name) held.set(name, id);
  }
  return held;
}

/** A program that starts opens maps for a moment, to see what the kernel can do: what is gone meanwhile is left out. */
function unlessGone(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    const gone = ["ENOENT", "NO_SUCH_MAP"].includes((error as { code: string }).code);
    if (gone) return undefined;
    throw error;
  }
}

function mapName(id: string): string {
  using map = kernel.openMap(Number(id));
  return kernel.mapInfo(map).name;
}

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants as files, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { BPF_F_NO_PREALLOC, createMap, updateBatch } from "../helpers/bpf.ts";
import { run } from "../helpers/bpftools.ts";
import { Listening } from "../helpers/listening.ts";
import { Random } from "../helpers/random.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { Scratch } from "../helpers/scratch.ts";

const { O_RDWR, O_NONBLOCK } = files;
const PROGRAM = repositoryPath("bin", "ebpf-map.js");
const ENTRIES = 40_000;
const KILLS = 100;

liveSuite("what happens when something goes wrong", ["kernel", "build"], () => {
  const scratch = new Scratch();
  let map: string;
  let ring: string;

  beforeAll(() => {
    map = String(bigMap(scratch));
    const events = createMap({ type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: 4096, name: "faults" });
    ring = String(new LinuxKernel().mapInfo(scratch.own(events)).id);
    return () => scratch[Symbol.dispose]();
  });

  test(`a save that is killed at any moment, ${KILLS} times, leaves no half file under its name`, async () => {
    const file = join(scratch.folder, "killed.ndjson");
    const longest = await durationOf(() => run(process.execPath, [PROGRAM, "save", "id", map, file, "--force"]));
    const random = new Random(1);
    let whole = 0;
    for (let i = 0; i < KILLS; i++) {
      rmSync(file, { force: true });
      await endedAfter(["save", "id", map, file], random.below(Math.ceil(longest)), "SIGKILL");
      if (!readdirSync(scratch.folder).includes("killed.ndjson")) continue;
      whole += 1;
      // Its checksum is read with it.
      const { status, stdout } = await runOurs(["dump", "file", file]);
      expect({ status, end: stdout.subarray(-21).toString() }).toEqual({
        status: 0,
        end: `Found ${ENTRIES} elements\n`,
      });
    }
    process.stdout.write(`killed ${KILLS} saves, ${whole} had been complete\n`);
    for (const name of leftovers()) rmSync(join(scratch.folder, name));
  }, 180_000);

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "a save ended by %s leaves nothing at all",
    async (signal) => {
      const file = join(scratch.folder, "signalled.ndjson");
      const random = new Random(2);
      for (let i = 0; i < 10; i++) {
        const status = await endedAfter(["save", "id", map, file], random.below(400), signal);
        const number = constants.signals[signal];
        // Before the program listens the signal ends it, and at the end there is nothing to interrupt.
        expect([0, -number, 128 + number]).toContain(status);
        expect(leftovers()).toEqual([]);
        const there = readdirSync(scratch.folder).includes("signalled.ndjson");
        if (status !== -number) expect(there).toBe(status === 0);
        if (there) expect((await runOurs(["dump", "file", file])).status).toBe(0);
        rmSync(file, { force: true });
      }
    },
    60_000,
  );

  describe.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s at any moment ends", (signal) => {
    test.each(["dump id MAP -o ndjson", "watch id MAP --interval 10ms", "stats id MAP --watch", "events id RING"])(
      "%s, with the status that says so",
      async (command) => {
        const random = new Random(3);
        const number = constants.signals[signal];
        // A dump may be at its end; Ctrl-C is how events are meant to end.
        const endings = /^(?:dump|events)/.test(command) ? [0] : [];
        for (let i = 0; i < 4; i++) {
          const status = await endedAfter(wordsOf(command), random.below(600), signal, "ignore");
          expect([-number, 128 + number, ...endings]).toContain(status);
        }
      },
    );
  });

  describe("output that can't be written", () => {
    test.each(["dump id MAP", "-j dump id MAP", "list", "help", "version", "doctor"])(
      "%s > /dev/full",
      async (command) => {
        const { status, stderr } = await intoFile(command, "/dev/full");
        expect({ status, stderr }).toEqual({
          status: 1,
          stderr: expect.stringMatching(/^Error: write the output: no space left on device/i),
        });
      },
    );

    // Node puts /dev/null in its place, so that no file that is opened later becomes the output by accident.
    test("a standard output that is closed gets nothing", async () => {
      const { status, stdout, stderr } = await shell(`"$1" "$2" dump id "$3" >&-`);
      expect({ status, stdout: stdout.length, stderr }).toEqual({ status: 0, stdout: 0, stderr: "" });
    });

    test("a reader that has seen enough is no failure", async () => {
      const { status, stdout, stderr } = await shell(`"$1" "$2" dump id "$3" | head -n 1; exit "\${PIPESTATUS[0]}"`);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout.toString()).toMatch(/^key:\n?.*\n$/);
    });

    // What catches signals hears of them while it waits, and ends with its own status; the others are ended by them.
    test.each([
      ["dump id MAP", -constants.signals.SIGTERM],
      ["dump id MAP -o ndjson", -constants.signals.SIGTERM],
      ["watch id MAP", 143],
      ["stats --watch --interval 10ms", 143],
    ])("a full pipe, or socket, that nobody reads: %s waits, and ends at a signal", async (command, status) => {
      const args = wordsOf(command);
      const pipe = join(scratch.folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const [reader, writer] = [openSync(pipe, O_RDWR | O_NONBLOCK), openSync(pipe, "w")];
      try {
        expect(await endedOnceFull(args, writer, status > 0)).toBe(status);
        // A socket can't be written to without waiting, so there the signal ends the process.
        expect([status, -constants.signals.SIGTERM]).toContain(await endedOnceFull(args, "pipe", status > 0));
      } finally {
        for (const fd of [reader, writer]) closeSync(fd);
        rmSync(pipe);
      }
    });

    test("stats --watch of 2,000 maps hears of a signal whenever it comes, also with nobody who reads", async () => {
      for (let i = 0; i < 2000; i++) {
        scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 8, flags: BPF_F_NO_PREALLOC }));
      }
      const pipe = join(scratch.folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const [reader, writer] = [openSync(pipe, O_RDWR | O_NONBLOCK), openSync(pipe, "w")];
      try {
        for (let i = 0; i < 15; i++) {
          const args = ["stats", "--watch", "--interval", "10ms"];
          expect(await endedOnceHeard(args, 37 * i, i % 2 === 0 ? writer : "ignore")).toBe(143);
        }
      } finally {
        for (const fd of [reader, writer]) closeSync(fd);
        rmSync(pipe);
      }
    });
  });

  test("a disk that is full, and one that is read-only", async () => {
    const disk = join(scratch.folder, "disk");
    expect((await shell(`mkdir "$4" && mount -t tmpfs -o size=64k none "$4"`, disk)).status).toBe(0);
    scratch.own({ [Symbol.dispose]: () => unmount(disk) });
    const full = await run(process.execPath, [PROGRAM, "save", "id", map, join(disk, "copy")]);
    expect(full).toMatchObject({ status: 1, stderr: expect.stringMatching(/no space left on device/i) });
    expect(readdirSync(disk)).toEqual([]);
    for (const name of ["copy.parquet", "copy.arrow", "copy.csv"]) {
      const dump = await run(process.execPath, [PROGRAM, "dump", "id", map, "--to", join(disk, name)]);
      expect(dump).toMatchObject({ status: 1, stderr: expect.stringMatching(/no space left on device/i) });
    }
    const watch = await run(process.execPath, [PROGRAM, "watch", "id", map, "-o", "parquet", "--dir", join(disk, "d")]);
    expect(watch).toMatchObject({ status: 1, stderr: expect.stringMatching(/no space left on device/i) });
    expect(filesBelow(disk)).toEqual([]);
    rmSync(join(disk, "d"), { recursive: true });
    expect((await shell(`mount -o remount,ro "$4"`, disk)).status).toBe(0);
    const readOnly = await run(process.execPath, [PROGRAM, "save", "id", map, join(disk, "copy")]);
    expect(readOnly).toMatchObject({ status: 1, stderr: expect.stringMatching(/read-only file system/i) });
  });

  /** What `save` may leave where it can't clean up: a file whose name says what it is. */
  function leftovers(): string[] {
    return readdirSync(scratch.folder).filter((name) => name.startsWith(".ebpf-map-"));
  }

  function wordsOf(command: string): string[] {
    return command.split(" ").map((word) => (word === "MAP" ? map : word === "RING" ? ring : word));
  }

  async function intoFile(command: string, path: string): Promise<{ status: number; stderr: string }> {
    const args = wordsOf(command);
    const fd = openSync(path, "w");
    try {
      const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ["ignore", fd, "pipe"] });
      let stderr = "";
      child.stderr?.on("data", (text: Buffer) => {
        stderr += text;
      });
      const [status] = await once(child, "close");
      return { status, stderr };
    } finally {
      closeSync(fd);
    }
  }

  /** Runs a line of bash: $1 is node, $2 the program, $3 the map's id. */
  function shell(line: string, ...more: string[]): ReturnType<typeof run> {
    return run("bash", ["-c", line, "bash", process.execPath, PROGRAM, map, ...more]);
  }
});

/** The files of a folder and of those in it. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

type Output = "pipe" | "ignore" | number;

/**
 * The exit status, or minus the signal, of a run that a signal was sent to after some milliseconds; nobody reads it.
 */
function endedAfter(
  args: readonly string[],
  milliseconds: number,
  signal: NodeJS.Signals,
  stdout: Output = "pipe",
): Promise<number> {
  return endedWhen(args, () => sleep(milliseconds), signal, stdout);
}

/** The same of SIGTERM some milliseconds after the program has begun to listen for it. */
async function endedOnceHeard(args: readonly string[], milliseconds: number, stdout: Output): Promise<number> {
  using scratch = new Scratch();
  const listening = new Listening(scratch.folder);
  const heard = async (child: ChildProcess): Promise<void> => {
    await listening.begun(child);
    await sleep(milliseconds);
  };
  return await endedWhen(args, heard, "SIGTERM", stdout, listening.options);
}

/** The same of SIGTERM when the output has had the time to fill up. */
function endedOnceFull(args: readonly string[], stdout: Output, isHeard: boolean): Promise<number> {
  return isHeard ? endedOnceHeard(args, 1500, stdout) : endedAfter(args, 1500, "SIGTERM", stdout);
}

async function endedWhen(
  args: readonly string[],
  isTime: (child: ChildProcess) => Promise<void>,
  signal: NodeJS.Signals,
  stdout: Output,
  options: readonly string[] = [],
): Promise<number> {
  const child = spawn(process.execPath, [...options, PROGRAM, ...args], { stdio: ["ignore", stdout, "ignore"] });
  const closed = once(child, "exit");
  await Promise.race([isTime(child), closed]);
  child.kill(signal);
  const [status, by] = (await closed) as [number | null, NodeJS.Signals | null];
  child.stdout?.destroy();
  return by === null ? (status ?? 0) : -constants.signals[by];
}

async function durationOf(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function bigMap(scratch: Scratch): number {
  const map = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 64, maxEntries: ENTRIES, name: "faults" }));
  const keys = new Uint8Array(Uint32Array.from({ length: ENTRIES }, (_, i) => i).buffer);
  updateBatch(map, keys, new Random(1).bytes(64 * ENTRIES), ENTRIES);
  return new LinuxKernel().mapInfo(map).id;
}

function unmount(path: string): void {
  if (readFileSync("/proc/self/mounts", "utf8").includes(path)) execFileSync("umount", [path]);
}

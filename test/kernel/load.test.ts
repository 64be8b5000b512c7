import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import type { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateBatch, updateElement } from "../helpers/bpf.ts";
import { run } from "../helpers/bpftools.ts";
import { differences } from "../helpers/compare.ts";
import { isPerCpu } from "../helpers/map-types.ts";
import { Random } from "../helpers/random.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const MAPS = 500;
const READERS = 8;

liveSuite("much at once", ["kernel", "bpftools", "build"], () => {
  const scratch = useScratch();
  const idOf = (map: Fd): number => new LinuxKernel().mapInfo(map).id;

  test(`${MAPS} maps are listed, each once, and none stays open`, async () => {
    const spec = { type: "array", keySize: 4, valueSize: 8, maxEntries: 1, name: "one_of_many" } as const;
    const ids = Array.from({ length: MAPS }, () => idOf(scratch.own(createMap(spec))));
    const before = readdirSync("/proc/self/fd").length;
    for (const words of [
      ["-j", "list"],
      ["-j", "list", "-f", "--pids"],
      ["-j", "list", "name", spec.name],
    ]) {
      const { status, stdout, stderr } = await runOurs(words);
      expect({ status, stderr: stderr.replace(/^Warning: \d+ processes.*\n/, "") }).toEqual({
        status: 0,
        stderr: "",
      });
      const listed: { id: number }[] = JSON.parse(stdout.toString());
      const numbers = listed.map(({ id }) => id).filter((id) => ids.includes(id));
      expect(numbers).toEqual([...ids].sort((a, b) => a - b));
    }
    expect(readdirSync("/proc/self/fd").length).toBe(before);
    expect(await differences(["map", "dump", "name", spec.name])).toEqual([]);
  });

  test.each([
    ["keys of 64 KiB", 65536, 8],
    ["values of 64 KiB", 4, 65536],
    ["values of 1 MiB", 4, 1 << 20],
  ])("%s", async (_, keySize, valueSize) => {
    const random = new Random(keySize);
    const map = scratch.own(createMap({ type: "hash", keySize, valueSize, maxEntries: 8, flags: 1, name: "large" }));
    for (let i = 0; i < 3; i++) updateElement(map, random.bytes(keySize), random.bytes(valueSize));
    expect(await differences(["map", "dump", "id", `${idOf(map)}`], { versions: ["5.10", "7.8"] })).toEqual([]);
  });

  test.each([
    ["percpu_array", 32 << 10],
    ["percpu_hash", 32 << 10],
    ["array", 1 << 20],
    ["lru_hash", 1 << 20],
  ] as const)("values of a %s of %i bytes", async (type, valueSize) => {
    const cpus = isPerCpu(type) ? new LinuxKernel().possibleCpus() : 1;
    const map = scratch.own(createMap({ type, keySize: 4, valueSize, maxEntries: 2, name: "large" }));
    for (const n of [0, 1]) updateElement(map, Uint8Array.of(n, 0, 0, 0), new Random(n).bytes(valueSize * cpus));
    expect(await differences(["map", "dump", "id", `${idOf(map)}`], { versions: ["5.10", "7.8"] })).toEqual([]);
  });

  test(`${MAPS} maps are watched, and not one descriptor more is open at the end`, async () => {
    const spec = { type: "hash", keySize: 4, valueSize: 8, maxEntries: 4, flags: 1, name: "one_of_many" } as const;
    const ids = Array.from({ length: MAPS }, () => idOf(scratch.own(createMap(spec))));
    const before = readdirSync("/proc/self/fd").length;
    const { status, stdout } = await runOurs(["stats", "--watch", "--interval", "10ms", "--count", "3"]);
    expect(status).toBe(0);
    const lines = stdout.toString().trimEnd().split("\n");
    const measured = lines.flatMap((line) => JSON.parse(line)) as { id: number }[];
    for (const id of ids) expect(measured.filter((one) => one.id === id)).toHaveLength(3);
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  });

  // Whoever has no processor for a while reads slowly, but no less: a map that others change meanwhile.
  test("a reader that hardly gets a processor reads all that was there", async () => {
    const entries = 20_000;
    const map = scratch.own(
      createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 2 * entries, name: "slow" }),
    );
    const keys = new Uint8Array(Uint32Array.from({ length: entries }, (_, i) => i).buffer);
    updateBatch(map, keys, new Uint8Array(8 * entries), entries);
    const pin = scratch.pin(map, "slow");
    const busy = Array.from({ length: 2 }, () => spawn("taskset", ["-c", "0", "sh", "-c", "while :; do :; done"]));
    scratch.own({ [Symbol.dispose]: () => void busy.map((one) => one.kill("SIGKILL")) });
    const churner = startChurner(pin, entries);
    await once(churner.stdout, "data");
    const words = [repositoryPath("bin", "ebpf-map.js"), "-j", "dump", "pinned", pin];
    const reader = await run("taskset", ["-c", "0", process.execPath, ...words], 120_000);
    expect({ status: reader.status, stderr: reader.stderr }).toEqual({ status: 0, stderr: "" });
    const read = (JSON.parse(reader.stdout.toString()) as { key: string[] }[]).map(({ key }) => numberOf(key));
    const stable = read.filter((key) => key < entries);
    expect(new Set(stable).size).toBe(entries);
    expect(stable).toHaveLength(entries);
  });

  function startChurner(pin: string, first: number): ChildProcessByStdio<null, Readable, null> {
    const program = [repositoryPath("test", "run.mjs"), repositoryPath("test", "helpers", "churner.ts")];
    const args = [...program, pin, "4", "8", String(first), "2000"];
    const churner = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    scratch.own({ [Symbol.dispose]: () => churner.kill("SIGKILL") });
    return churner;
  }

  test(`${READERS} readers at once print the same`, async () => {
    const entries = 50_000;
    const map = scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 16, maxEntries: entries, name: "read" }));
    const keys = new Uint8Array(Uint32Array.from({ length: entries }, (_, i) => i).buffer);
    updateBatch(map, keys, new Random(1).bytes(16 * entries), entries);
    const args = [repositoryPath("bin", "ebpf-map.js"), "-j", "dump", "id", `${idOf(map)}`];
    const runs = await Promise.all(Array.from({ length: READERS }, () => run(process.execPath, args, 60_000)));
    const [first] = runs;
    for (const { status, stdout, stderr } of runs) {
      expect({ status, stderr, same: stdout.equals(first?.stdout ?? Buffer.of()) }).toEqual({
        status: 0,
        stderr: "",
        same: true,
      });
    }
    expect(JSON.parse(first?.stdout.toString() ?? "")).toHaveLength(entries);
  });
});

/** Four bytes as bpftool prints them. */
function numberOf(bytes: readonly string[]): number {
  return bytes.reduceRight((number, byte) => number * 256 + Number(byte), 0);
}

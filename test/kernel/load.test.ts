import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateBatch, updateElement } from "../helpers/bpf.ts";
import { run } from "../helpers/bpftools.ts";
import { differences } from "../helpers/compare.ts";
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
      expect({ status, stderr: stderr.replace(/^Warning: \d+ of the processes.*\n/, "") }).toEqual({
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

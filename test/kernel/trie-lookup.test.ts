import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LiveMap } from "../../src/reader/live-map.ts";
import type { MapSource } from "../../src/reader/map-source.ts";
import { lookUpInTrie } from "../../src/reader/tries/trie-lookup.ts";
import { openMap } from "../../src/sdk/open-map.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, deleteElement, updateElement } from "../helpers/bpf.ts";
import { bpftoolPath, run } from "../helpers/bpftools.ts";
import { Random } from "../helpers/random.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { trieKey } from "../helpers/trie-key.ts";
import { useScratch } from "../helpers/use-scratch.ts";

/** Networks that hold 10.1.2.3, whose values are their lengths. */
const LENGTHS = [0, 8, 13, 16, 24, 30, 32];
const ADDRESS = [10, 1, 2, 3];
const ASKED = trieKey(32, ADDRESS);

function networkKey(length: number): Uint8Array {
  const bits = (0x0a010203n >> BigInt(32 - length)) << BigInt(32 - length);
  return trieKey(
    length,
    [24n, 16n, 8n, 0n].map((shift) => Number((bits >> shift) & 0xffn)),
  );
}

function put(map: Fd, length: number): void {
  updateElement(map, networkKey(length), Uint8Array.of(length, 0, 0, 0));
}

/** A map that something happens to before each call. */
function busy(map: MapSource, before: (call: "nextKey" | "lookup") => void): MapSource {
  return {
    ...{ info: map.info, fdinfo: map.fdinfo, shape: map.shape, label: map.label },
    types: () => map.types(),
    entries: () => map.entries(),
    lookup: (key, value) => {
      before("lookup");
      return map.lookup(key, value);
    },
    nextKey: (key, next) => {
      before("nextKey");
      return map.nextKey(key, next);
    },
    [Symbol.dispose]: () => undefined,
  };
}

liveSuite("a lookup in a trie", ["kernel", "bpftools"], () => {
  const scratch = useScratch();
  const kernel = new LinuxKernel();

  const newTrie = (...lengths: number[]): { fd: Fd; map: MapSource } => {
    const sizes = { type: "lpm_trie", keySize: 8, valueSize: 4, maxEntries: 16, flags: 1 } as const;
    const fd = createMap({ ...sizes, name: "words_lookup" });
    const map = scratch.own(new LiveMap(kernel, fd));
    for (const length of lengths) put(fd, length);
    return { fd, map };
  };

  test("a longer network that comes between the value and its key is the answer", async () => {
    const { fd, map } = newTrie(8);
    let isDone = false;
    const late = busy(map, (call) => {
      if (call === "lookup" && !isDone) put(fd, 24);
      isDone ||= call === "lookup";
    });
    const value = Buffer.alloc(8);
    const { errno, key } = await lookUpInTrie(late, ASKED, value);
    expect({ errno, key: [...key], value: value[0] }).toEqual({ errno: 0, key: [...networkKey(24)], value: 24 });
  });

  test("the value and the network belong together, whatever comes and goes between any two calls", async () => {
    const { fd, map } = newTrie(8);
    const random = new Random(14);
    const present = new Set([8]);
    let asked = 0;
    const changing = busy(map, () => {
      if (random.below(20) > 0) return;
      const length = LENGTHS[random.below(LENGTHS.length)] ?? 0;
      if (present.delete(length)) deleteElement(fd, networkKey(length));
      else {
        present.add(length);
        put(fd, length);
      }
    });
    for (let i = 0; i < 1000; i++) {
      const value = Buffer.alloc(8);
      const { errno, key } = await lookUpInTrie(changing, ASKED, value);
      if (errno !== 0) continue;
      // Where it changes too fast, the key that was asked for stands for whichever network answered.
      if (Buffer.compare(key, ASKED) === 0 && value[0] !== 32) continue;
      expect([...key]).toEqual([...networkKey(value[0] ?? -1)]);
      asked += 1;
    }
    expect(asked).toBeGreaterThan(200);
  });

  test("in a trie that changes at every call, it ends, with a value of the kernel's", async () => {
    const { fd, map } = newTrie(8, 24);
    let calls = 0;
    const restless = busy(map, () => {
      calls += 1;
      if (calls % 2 === 0) put(fd, 16);
      else if (calls > 1) deleteElement(fd, networkKey(16));
    });
    const value = Buffer.alloc(8);
    const { errno } = await lookUpInTrie(restless, ASKED, value);
    expect([errno, value[0]]).toEqual([0, 24]);
    expect(calls).toBeLessThan(100_000);
  });

  describe("of a file answers as the kernel does", () => {
    const words = ["key", ...ASKED].map(String);

    test("from a snapshot, in every format and in the SDK", async () => {
      const { map } = newTrie(8, 24);
      const id = ["id", String(map.info.id)];
      const file = join(scratch.folder, "trie.ndjson");
      expect((await runOurs(["save", ...id, file])).status).toBe(0);
      for (const style of [[], ["-j"], ["-p"], ["-o", "ndjson"]]) {
        const live = await runOurs(["lookup", ...id, ...words, ...style]);
        expect(live.status).toBe(0);
        expect(await runOurs(["lookup", "file", file, ...words, ...style])).toEqual(live);
      }
      using reader = await openMap<Uint8Array, Uint8Array>({ file });
      expect([...((await reader.get(ASKED)) ?? [])]).toEqual([24, 0, 0, 0]);
      expect([await reader.has(ASKED), await reader.has(trieKey(32, [11, 0, 0, 1]))]).toEqual([true, false]);
    });

    test("from what bpftool printed, where map show stands beside it", async () => {
      const { map } = newTrie(8, 24);
      const id = ["id", String(map.info.id)];
      const printed = await Promise.all(
        ["show", "dump"].map((verb) => run(bpftoolPath("7.8"), ["-j", "map", verb, ...id])),
      );
      const file = join(scratch.folder, "trie.json");
      writeFileSync(file, Buffer.concat(printed.map(({ stdout }) => stdout)));
      const live = await runOurs(["lookup", ...id, ...words, "-o", "ndjson"]);
      const ours = await runOurs(["lookup", "file", file, ...words, "-o", "ndjson"]);
      expect([live.status, ours.stdout.toString()]).toEqual([0, live.stdout.toString()]);
      const plain = await runOurs(["lookup", "file", file, ...words]);
      expect(plain.stdout).toEqual((await runOurs(["lookup", ...id, ...words])).stdout);
      using reader = await openMap<Uint8Array, Uint8Array>({ file });
      expect([...((await reader.get(ASKED)) ?? [])]).toEqual([24, 0, 0, 0]);
    });
  });
});

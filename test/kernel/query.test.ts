import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { referenceMap } from "../bench/reference-map.ts";
import { createMap, loadBtf, openPinnedMap, runProgram, updateElement } from "../helpers/bpf.ts";
import { bpftoolPath } from "../helpers/bpftools.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { loadObject } from "../helpers/objects.ts";
import { Random } from "../helpers/random.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";

interface Formatted {
  readonly formatted: {
    readonly key: { readonly saddr: number };
    readonly value: { readonly packets: bigint; readonly st: string };
  };
}

liveSuite("queries of real maps", ["kernel", "bpftools"], () => {
  const scratch = useScratch();

  async function lines(args: readonly string[]): Promise<string[]> {
    const { stdout, stderr, status } = await runOurs(args);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    return stdout.toString().split("\n").filter(Boolean);
  }

  test("keeps the entries that a filter of bpftool's output keeps", async () => {
    const path = scratch.pin(scratch.own(referenceMap(5000)), "ref");
    const dump = execFileSync(bpftoolPath("7.8"), ["-j", "map", "dump", "pinned", path], { maxBuffer: 1 << 28 });
    // Digits of 64 bits become bigints: JSON.parse would round them.
    const exact = dump.toString().replace(/"packets":(\d+)/g, '"packets":"$1"');
    const all = (JSON.parse(exact) as Formatted[]).map(({ formatted }) => formatted);
    const limit = 2n ** 63n;
    const expected = all.filter(({ value }) => BigInt(value.packets) > limit && value.st === "ST_ESTABLISHED");
    const where = `value.packets > ${limit} && value.st == ST_ESTABLISHED`;
    const kept = await lines(["dump", "pinned", path, "--where", where, "--select", "key.saddr,value.packets"]);
    expect(kept).toEqual(
      expected.map(({ key, value }) => `{"key.saddr":${key.saddr},"value.packets":${value.packets}}`),
    );
    expect(expected.length).toBeGreaterThan(100);
    const top = await lines([
      "dump",
      "pinned",
      path,
      "--sort",
      "value.packets:desc",
      "--top",
      "5",
      "--select",
      "value.packets",
    ]);
    const largest = all.map(({ value }) => BigInt(value.packets)).sort((a, b) => (a < b ? 1 : -1));
    expect(top).toEqual(largest.slice(0, 5).map((packets) => `{"value.packets":${packets}}`));
  });

  test("per-CPU sums, and groups", async () => {
    const cpus = new LinuxKernel().possibleCpus();
    const btf = new BtfBuilder();
    const u64 = btf.int("unsigned long long", 8);
    const value = btf.struct("hits", 16, [
      { name: "packets", type: u64, bitOffset: 0 },
      { name: "kind", type: btf.int("unsigned char", 1), bitOffset: 64 },
    ]);
    const key = btf.int("unsigned int", 4);
    using types = loadBtf(btf.build());
    const sizes = { type: "percpu_hash", keySize: 4, valueSize: 16, maxEntries: 50 } as const;
    const map = scratch.own(createMap({ ...sizes, btf: { fd: types, key, value } }));
    const random = new Random(3);
    const sums = new Map<number, bigint>();
    for (let i = 0; i < 50; i++) {
      const words = BigUint64Array.from({ length: 2 * cpus }, (_, word) =>
        word % 2 === 1 ? BigInt(i % 3) : random64(random),
      );
      sums.set(
        i,
        words.reduce((sum, packets, word) => (word % 2 === 0 ? sum + packets : sum), 0n),
      );
      updateElement(map, new Uint8Array(Uint32Array.of(i).buffer), new Uint8Array(words.buffer));
    }
    const path = scratch.pin(map, "percpu");
    const summed = await lines([
      "dump",
      "pinned",
      path,
      "--per-cpu",
      "sum",
      "--sort",
      "key",
      "--select",
      "key,value.packets",
    ]);
    expect(summed).toEqual([...sums].map(([id, packets]) => `{"key":${id},"value.packets":${packets}}`));
    const byKind = await lines([
      ...["dump", "pinned", path, "--per-cpu", "max", "--group-by", "value.kind", "--sort", "value.kind"],
    ]);
    expect(byKind).toEqual([
      '{"value.kind":0,"count()":17}',
      '{"value.kind":1,"count()":17}',
      '{"value.kind":2,"count()":16}',
    ]);
  });

  test("a key in JSON, and the cidr of a trie", async () => {
    const btf = new BtfBuilder();
    const u32 = btf.int("unsigned int", 4);
    const bytes = btf.array(btf.int("unsigned char", 1), 4);
    const key = btf.struct("route", 8, [
      { name: "prefixlen", type: u32, bitOffset: 0 },
      { name: "address", type: bytes, bitOffset: 32 },
    ]);
    using types = loadBtf(btf.build());
    const sizes = { type: "lpm_trie", keySize: 8, valueSize: 4, maxEntries: 4, flags: 1 } as const;
    const map = scratch.own(createMap({ ...sizes, name: "routes", btf: { fd: types, key, value: u32 } }));
    updateElement(map, Uint8Array.of(8, 0, 0, 0, 10, 0, 0, 0), Uint8Array.of(7, 0, 0, 0));
    const path = scratch.pin(map, "routes");
    expect(await lines(["dump", "pinned", path, "-o", "ndjson"])).toEqual(['{"key":"10.0.0.0/8","value":7}']);
    expect(await lines(["lookup", "pinned", path, "--key", '"10.1.2.3/32"', "-o", "ndjson"])).toEqual([
      '{"key":"10.0.0.0/8","value":7}',
    ]);
  });

  test("a map that holds maps", async () => {
    const inner = scratch.own(createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 1, name: "inner" }));
    const outer = scratch.own(createMap({ type: "hash_of_maps", keySize: 4, valueSize: 4, maxEntries: 2, inner }));
    updateElement(outer, Uint8Array.of(9, 0, 0, 0), new Uint8Array(Uint32Array.of(inner.number).buffer));
    const [line] = await lines(["dump", "pinned", scratch.pin(outer, "outer"), "--recursive"]);
    expect(line).toMatch(
      /^\{"key":"09000000","value":\d+,"map":\{"id":\d+,"type":"array","name":"inner","entries":\[\{"key":"00000000","value":"00000000"\}\]\}\}$/,
    );
  });
});

function random64(random: Random): bigint {
  return (BigInt(random.u32()) << 32n) | BigInt(random.u32());
}

liveSuite("ages of real time stamps", ["kernel", "bpftools", "clang", "libbpf"], () => {
  const scratch = useScratch();

  test.each<[string, number]>([
    // What the program wrote lies between the boot and now.
    ["value.mono_ns > 0 && value.mono_ns <= now()", 1],
    ['now() - value.mono_ns < duration("1h")', 1],
    ['now() - value.mono_ns > duration("1h")', 0],
    ['value.mono_ns > timestamp("2020-01-01T00:00:00Z")', 1],
    ['value.mono_ns < timestamp("2100-01-01T00:00:00Z")', 1],
    // The kernel tells user space the time since boot in steps of 10 ms.
    ['value.boot_ns - now("boot") < duration("1s") && now("boot") - value.boot_ns < duration("1h")', 1],
    // A time stamp that was never written is as old as the machine.
    ["now() - value.never_ns == now()", 1],
    ["now() - value.never_ns > value.mono_ns", 1],
  ])("%s", async (where, entries) => {
    const [map = ""] = await loadObject(scratch, "aging");
    runProgram(scratch.own(openPinnedMap(join(scratch.pins, "aging_programs", "age"))));
    const { stdout, stderr, status } = await runOurs(["dump", "pinned", map, "--where", where, "--count-only"]);
    expect({ stdout: stdout.toString(), stderr, status }).toEqual({
      stdout: `{"count":${entries}}\n`,
      stderr: "",
      status: 0,
    });
  });
});

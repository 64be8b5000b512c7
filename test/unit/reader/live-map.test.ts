import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import { kernelSizes } from "../../../src/reader/kernel-sizes.ts";
import { LiveMap } from "../../../src/reader/live-map.ts";
import type { WritableMap } from "../../../src/sys/events/kernel.ts";
import type { RingPositions } from "../../../src/sys/events/ring-positions.ts";
import { Fd } from "../../../src/sys/fd.ts";
import { BPF_F_RB_OVERWRITE } from "../../../src/sys/map-flags.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { FakeKernel, type FakeMap, fakeEntry, fakeMap } from "../../helpers/fake-kernel.ts";
import { typed } from "./read-fake.ts";

function open(map: FakeMap, kernel: FakeKernel = new FakeKernel([map])): LiveMap {
  return new LiveMap(kernel, kernel.openMap(map.info.id));
}

test("is called by its id, and by its name if it has one", () => {
  const { info } = fakeMap(0);
  using named = open(fakeMap(0));
  using nameless = open(fakeMap(0, { info: { ...info, name: "" } }));
  expect([named.label, nameless.label]).toEqual(["map id 1 (fake)", "map id 1"]);
});

test("closes its descriptor", () => {
  const kernel = new FakeKernel([fakeMap(0)]);
  open(fakeMap(0), kernel)[Symbol.dispose]();
  expect(kernel.openCount).toBe(0);
});

test("has no fdinfo where there are no lines", () => {
  using map = open(fakeMap(0));
  expect(map.fdinfo).toEqual({
    memlock: undefined,
    frozen: undefined,
    ownerProgType: undefined,
    ownerJited: undefined,
  });
});

describe("types", () => {
  test("of a map without BTF", () => {
    using map = open(fakeMap(0));
    expect(map.types()).toEqual({ state: "none" });
  });

  test("that can't be had are told with the reason", () => {
    const { info } = fakeMap(0);
    using map = open(fakeMap(0, { info: { ...info, btfId: 5, btfKeyTypeId: 1, btfValueTypeId: 2 } }));
    expect(map.types()).toEqual({ state: "unavailable", reason: "open BTF id 5", errno: 1 });
  });

  test("of a struct_ops map are the kernel's", () => {
    const { info } = fakeMap(0);
    using map = open(fakeMap(0, { info: { ...info, btfVmlinuxValueTypeId: 3 } }));
    expect(map.types()).toMatchObject({
      state: "unavailable",
      reason: expect.stringContaining("/sys/kernel/btf/vmlinux"),
    });
  });

  test("of a struct_ops map of a module are the module's, on the kernel's", () => {
    const vmlinux = new BtfBuilder();
    const u32 = vmlinux.int("u32", 4);
    const module = new BtfBuilder(vmlinux);
    const ops = module.struct("module_ops", 4, [{ name: "state", type: u32, bitOffset: 0 }]);
    const info = { ...fakeMap(0).info, type: 26, btfVmlinuxValueTypeId: ops, btfVmlinuxId: 12 };
    const map = fakeMap(0, { info });
    const kernel = new FakeKernel([map]);
    kernel.vmlinuxBtf = () => vmlinux.build();
    kernel.btfBytes = () => module.build();
    const opened: number[] = [];
    kernel.openBtf = (id?: number) => {
      opened.push(id ?? 0);
      return new Fd(1, () => undefined);
    };
    using live = open(map, kernel);
    const types = live.types();
    if (types.state !== "known") throw new Error(types.state);
    expect(opened).toEqual([12]);
    expect(types.types.type(types.valueTypeId)).toMatchObject({ name: "module_ops", members: [{ name: "state" }] });
    expect(types.types.type(u32)).toMatchObject({ name: "u32" });
  });
});

test("looks keys up, one by one", () => {
  using map = open(fakeMap(3));
  const value = new Uint8Array(8);
  expect([map.lookup(fakeEntry(2).key, value), value[0]]).toEqual([0, 6]);
  expect(map.lookup(fakeEntry(7).key, value)).toBe(2);
  const next = new Uint8Array(4);
  expect([map.nextKey(fakeEntry(1).key, next), next[0]]).toEqual([0, 2]);
});

describe("counting by memory", () => {
  /** A kernel whose BTF has the structs of hash maps; the values of the fake map's type. */
  function kernelOf(map: FakeMap): FakeKernel {
    const btf = new BtfBuilder();
    const int = btf.signed("int", 4);
    for (const [name, size, member] of [
      ["bpf_htab", 832, "buckets"],
      ["bucket", 16, "raw_lock"],
      ["htab_elem", 48, "hash"],
      ["lpm_trie_node", 24, "prefixlen"],
    ] as const) {
      btf.struct(name, size, [{ name: member, type: int, bitOffset: 0 }]);
    }
    return new (class extends FakeKernel {
      override vmlinuxBtf(): Uint8Array {
        return btf.build();
      }
    })([map]);
  }

  function growingHash(memlock: () => string, maxEntries = 100_000): FakeMap {
    const map = fakeMap(3, { memlock });
    return { ...map, info: { ...map.info, mapFlags: 1, maxEntries } };
  }

  const TABLE = 832 + 2 * 32 + 16 * 131_072;

  test("tells how many entries a large hash has, with no BTF read twice", () => {
    const map = growingHash(() => String(TABLE + 50_000 * 72));
    using live = open(map, kernelOf(map));
    expect(live.countFromMemlock()).toBe(50_000);
    expect(live.countFromMemlock()).toBe(50_000);
  });

  test("is left where a small hash is read faster, unless the sizes are known", () => {
    const map = growingHash(() => String(832 + 64 + 16 * 1024 + 3 * 72), 1000);
    const kernel = kernelOf(map);
    using live = open(map, kernel);
    expect(live.countFromMemlock()).toBeUndefined();
    kernelSizes(kernel);
    expect(live.countFromMemlock()).toBe(3);
  });

  test("needs no BTF for a trie, and says nothing of other maps", () => {
    using trie = open(typed(fakeMap(5, { memlock: () => String(5 * 32) }), "lpm_trie"));
    expect(trie.countFromMemlock()).toBe(5);
    using hash = open(fakeMap(3, { memlock: () => "4711" }));
    expect(hash.countFromMemlock()).toBeUndefined();
  });

  test("is nothing where fdinfo can't be read", () => {
    const refuse = (): never => {
      throw new EbpfMapError("KERNEL", "read fdinfo");
    };
    using trie = open(typed(fakeMap(3, { memlock: refuse }), "lpm_trie"));
    expect(trie.countFromMemlock()).toBeUndefined();
  });
});

describe("the use of a ring", () => {
  const POSITIONS: RingPositions = { consumer: 0n, producer: 48n, header: 16 };
  const ring = (mapFlags = 0): FakeMap => {
    const map = typed(fakeMap(0, { ring: () => POSITIONS }), "ringbuf");
    return { ...map, info: { ...map.info, mapFlags, maxEntries: 4096 } };
  };

  test("follows from its positions", async () => {
    using map = open(ring());
    expect(await map.ringUse()).toMatchObject({ size: 4096, pending: 48, isFull: false });
  });

  test("is asked for by the pin that the map was found by", async () => {
    const asked: WritableMap[] = [];
    const kernel = new (class extends FakeKernel {
      override async ringPositions(map: WritableMap): Promise<RingPositions> {
        asked.push(map);
        return POSITIONS;
      }
    })([ring()]);
    using byId = new LiveMap(kernel, kernel.openMap(1));
    using byPath = new LiveMap(kernel, kernel.openMap(1), "/sys/fs/bpf/rb");
    await byId.ringUse();
    await byPath.ringUse();
    expect(asked).toEqual([{ id: 1 }, { path: "/sys/fs/bpf/rb" }]);
  });

  test("isn't known in overwrite mode, or without rights", async () => {
    using overwriting = open(ring(BPF_F_RB_OVERWRITE));
    await expect(overwriting.ringUse()).rejects.toMatchObject({ code: "NOT_READABLE" });
    using refused = open(typed(fakeMap(0), "ringbuf"));
    await expect(refused.ringUse()).rejects.toMatchObject({ code: "NO_PERMISSION" });
  });
});

import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { kernelSizes, loadedSizes, sizesIn } from "../../../src/reader/kernel-sizes.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { FakeKernel } from "../../helpers/fake-kernel.ts";

interface Structs {
  readonly htab?: string;
  readonly bucket?: readonly string[];
  readonly usage?: string;
  readonly locks?: boolean;
}

/**
 * BTF with the structs of a kernel, with those members that tell one; `bucket` has one of that name for each member.
 */
function kernelBtf(structs: Structs = {}): Uint8Array {
  const { htab = "buckets", bucket = ["raw_lock"], usage = "map_mem_usage", locks = false } = structs;
  const btf = new BtfBuilder();
  const int = btf.signed("int", 4);
  const add = (name: string, size: number, ...members: readonly string[]): void => {
    const described = members.map((member, i) => ({ name: member, type: int, bitOffset: 32 * i }));
    btf.struct(name, size, described);
  };
  add("bpf_htab", 832, htab, ...(locks ? ["map_locked"] : []));
  for (const [i, member] of bucket.entries()) add("bucket", 16 + 8 * i, member);
  add("htab_elem", 48, "hash");
  add("lpm_trie_node", 24, "prefixlen");
  if (usage !== undefined) add("bpf_map_ops", 8, usage);
  return btf.build();
}

class KernelWithBtf extends FakeKernel {
  asked = 0;
  readonly #btf: Uint8Array | undefined;

  constructor(btf: Uint8Array | undefined) {
    super([]);
    this.#btf = btf;
  }

  override vmlinuxBtf(): Uint8Array | undefined {
    this.asked += 1;
    return this.#btf;
  }
}

test.each<[what: string, structs: Structs, bucket: number | undefined]>([
  ["Linux 6.18", {}, 16],
  ["a lock inside an unnamed union, as before 6.15", { bucket: ["head"] }, 16],
  ["another subsystem's buckets, too", { bucket: ["pin", "raw_lock"] }, 24],
  ["two structs that could be meant", { bucket: ["raw_lock", "raw_lock"] }, undefined],
  ["no such member", { bucket: ["pin"] }, undefined],
  ["another hash map", { htab: "slots" }, undefined],
])("%s", (_what, structs, bucket) => {
  const others = { htab: 832, htabHasLocks: false, htabElem: 48, lpmTrieNode: 24, isMemoryInUse: true };
  expect(sizesIn(parseBtf(kernelBtf(structs)))).toEqual(bucket === undefined ? undefined : { ...others, bucket });
});

test("memlock is the memory in use since the kernel has a function for it", () => {
  expect(sizesIn(parseBtf(kernelBtf({ usage: "map_lookup_elem" })))?.isMemoryInUse).toBe(false);
});

test("a hash has locks of its own before Linux 6.15", () => {
  expect(sizesIn(parseBtf(kernelBtf({ locks: true })))?.htabHasLocks).toBe(true);
});

test("are looked up once a process", () => {
  const kernel = new KernelWithBtf(kernelBtf());
  expect(loadedSizes(kernel)).toBeUndefined();
  expect(kernelSizes(kernel)?.htab).toBe(832);
  expect(kernelSizes(kernel)).toBe(loadedSizes(kernel));
  expect(kernel.asked).toBe(1);
});

test.each<[string, Uint8Array | undefined]>([
  ["no BTF", undefined],
  ["BTF that makes no sense", Buffer.from("no BTF at all, but long enough for a header")],
])("aren't known of a kernel with %s, which is not asked again", (_what, btf) => {
  const kernel = new KernelWithBtf(btf);
  expect(kernelSizes(kernel)).toBeUndefined();
  expect(kernelSizes(kernel)).toBeUndefined();
  expect(kernel.asked).toBe(1);
});

test.runIf(existsSync("/sys/kernel/btf/vmlinux"))("of this kernel", () => {
  const sizes = sizesIn(parseBtf(readFileSync("/sys/kernel/btf/vmlinux")));
  expect(sizes).toMatchObject({ htabElem: expect.any(Number), lpmTrieNode: expect.any(Number) });
});

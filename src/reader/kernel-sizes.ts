import type { Btf } from "../btf/parse.ts";
import type { BtfType } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";
import type { Kernel } from "../sys/kernel.ts";
import { vmlinuxTypes } from "./vmlinux-types.ts";

/** The sizes of the kernel's structs that hash maps and tries consist of. */
export interface KernelSizes {
  /** `struct bpf_htab`. */
  readonly htab: number;
  /**
   * Tells whether a hash map has counters of its locks for each CPU, as before Linux 6.15: its memory includes them
   * then.
   */
  readonly htabHasLocks: boolean;
  /** `struct bucket` of a hash map. */
  readonly bucket: number;
  /** `struct htab_elem`, without key and value. */
  readonly htabElem: number;
  /** `struct lpm_trie_node`, without its data. */
  readonly lpmTrieNode: number;
  /** Tells whether memlock is the memory in use: since Linux 6.4, whose `struct bpf_map_ops` has `map_mem_usage`. */
  readonly isMemoryInUse: boolean;
}

const known = new WeakMap<Kernel, KernelSizes | "none">();

/** Returns the sizes by the kernel's BTF, once a process; undefined if it has none, or other structs. */
export function kernelSizes(kernel: Kernel): KernelSizes | undefined {
  let sizes = known.get(kernel);
  if (sizes === undefined) {
    sizes = readSizes(kernel) ?? "none";
    known.set(kernel, sizes);
  }
  return sizes === "none" ? undefined : sizes;
}

/** Returns the sizes if they have been looked up before. */
export function loadedSizes(kernel: Kernel): KernelSizes | undefined {
  const sizes = known.get(kernel);
  return sizes === "none" ? undefined : sizes;
}

function readSizes(kernel: Kernel): KernelSizes | undefined {
  try {
    return sizesIn(vmlinuxTypes(kernel));
  } catch (error) {
    // Entries are counted by reading then.
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}

/** Finds the sizes in a kernel's BTF. */
export function sizesIn(types: Btf): KernelSizes | undefined {
  const htab = structSize(types, "bpf_htab", "buckets");
  // Other subsystems have buckets, too.
  const bucket = structSize(types, "bucket", "raw_lock") ?? structSize(types, "bucket", "head");
  const htabElem = structSize(types, "htab_elem", "hash");
  const lpmTrieNode = structSize(types, "lpm_trie_node", "prefixlen");
  if (htab === undefined || bucket === undefined || htabElem === undefined || lpmTrieNode === undefined)
    return undefined;
  const isMemoryInUse = structSize(types, "bpf_map_ops", "map_mem_usage") !== undefined;
  const htabHasLocks = structSize(types, "bpf_htab", "map_locked") !== undefined;
  return { htab, htabHasLocks, bucket, htabElem, lpmTrieNode, isMemoryInUse };
}

/** The size of the only struct of that name with a member of that name. */
function structSize(types: Btf, name: string, member: string): number | undefined {
  const structs = types.idsByName(name).map((id) => types.type(id));
  const fitting = structs.filter((one) => hasMember(one, member)) as { readonly size: number }[];
  return fitting.length === 1 ? fitting[0]?.size : undefined;
}

function hasMember(type: BtfType, name: string): boolean {
  return type.kind === "struct" && type.members.some((one) => one.name === name);
}

import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { roundUp8 } from "../../src/bytes.ts";
import { systemPageSize } from "../../src/sys/events/calls.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import {
  BPF_F_MMAPABLE,
  BPF_F_NO_PREALLOC,
  BPF_PROG_TYPE_RAW_TRACEPOINT,
  createMap,
  loadBtf,
  loadInstructions,
  loadProgram,
  type MapSpec,
  runProgram,
  updateElement,
} from "./bpf.ts";
import { BtfBuilder } from "./btf-builder.ts";
import { isPerCpu, type MapTypeName } from "./map-types.ts";
import { Random } from "./random.ts";
import { randomValue } from "./random-values.ts";
import type { Scratch } from "./scratch.ts";
import { fillReuseport, listeningSocket } from "./sockets.ts";

const kernel = new LinuxKernel();

/** A recipe for a map of some type: its shape, and the function that fills it. */
export interface MapRecipe {
  readonly name: string;
  readonly type: MapTypeName;
  readonly keySize: number;
  readonly valueSize: number;
  /** max_entries for a map that is to hold `count` entries. */
  readonly maxEntries: (count: number) => number;
  readonly flags?: number;
  readonly extra?: number;
  /** The kernel's rule for BTF of maps of this type: required, allowed, or refused. */
  readonly btf: "always" | "maybe" | "never";
  /** Puts `count` entries into the map; a type without it can't be filled from user space. */
  readonly fill?: (map: Fd, count: number, scratch: Scratch, recipe: MapRecipe) => void | Promise<void>;
}

const atLeastOne = (count: number): number => Math.max(1, count);
const roomy = (): number => 16;
const none = (): number => 0;
/** The smallest ring buffer that the kernel makes. */
const page = systemPageSize;

const index = { keySize: 4, valueSize: 4, maxEntries: atLeastOne } as const;
const storage = { keySize: 4, valueSize: 12, maxEntries: none, flags: BPF_F_NO_PREALLOC, btf: "always" } as const;

/** Every map type that a user can make, with what is in it where that matters to how it is printed. */
export const MAP_RECIPES: readonly MapRecipe[] = [
  { name: "hash", type: "hash", keySize: 8, valueSize: 12, maxEntries: roomy, btf: "maybe", fill: fillKeys },
  { name: "array", type: "array", ...index, valueSize: 12, btf: "maybe", fill: fillKeys },
  {
    name: "percpu_hash",
    type: "percpu_hash",
    keySize: 4,
    valueSize: 12,
    maxEntries: roomy,
    btf: "maybe",
    fill: fillKeys,
  },
  { name: "percpu_array", type: "percpu_array", ...index, valueSize: 12, btf: "maybe", fill: fillKeys },
  { name: "percpu_array of 20 bytes", type: "percpu_array", ...index, valueSize: 20, btf: "maybe", fill: fillKeys },
  { name: "lru_hash", type: "lru_hash", keySize: 16, valueSize: 12, maxEntries: roomy, btf: "maybe", fill: fillKeys },
  {
    name: "lru_percpu_hash",
    type: "lru_percpu_hash",
    keySize: 4,
    valueSize: 8,
    maxEntries: roomy,
    btf: "maybe",
    fill: fillKeys,
  },
  {
    name: "lpm_trie",
    type: "lpm_trie",
    keySize: 8,
    valueSize: 12,
    maxEntries: roomy,
    flags: BPF_F_NO_PREALLOC,
    btf: "maybe",
    fill: fillPrefixes,
  },
  { name: "prog_array", type: "prog_array", ...index, maxEntries: roomy, btf: "maybe", fill: fillPrograms },
  { name: "perf_event_array", type: "perf_event_array", ...index, btf: "never" },
  {
    name: "stack_trace",
    type: "stack_trace",
    keySize: 4,
    valueSize: 80,
    maxEntries: roomy,
    btf: "never",
    fill: fillStacks,
  },
  { name: "cgroup_array", type: "cgroup_array", ...index, btf: "never" },
  { name: "array_of_maps", type: "array_of_maps", ...index, maxEntries: roomy, btf: "never", fill: fillInnerMaps },
  { name: "hash_of_maps", type: "hash_of_maps", ...index, maxEntries: roomy, btf: "never", fill: fillInnerMaps },
  {
    name: "hash_of_maps with long keys",
    type: "hash_of_maps",
    keySize: 20,
    valueSize: 4,
    maxEntries: roomy,
    btf: "never",
    fill: fillInnerMaps,
  },
  { name: "devmap", type: "devmap", ...index, maxEntries: roomy, btf: "never", fill: fillDevices },
  {
    name: "devmap with 8-byte values",
    type: "devmap",
    ...index,
    valueSize: 8,
    maxEntries: roomy,
    btf: "never",
    fill: fillDevices,
  },
  { name: "devmap_hash", type: "devmap_hash", ...index, maxEntries: roomy, btf: "never", fill: fillDevices },
  { name: "sockmap", type: "sockmap", ...index, maxEntries: roomy, btf: "never", fill: fillSockets },
  {
    name: "sockmap with 8-byte values",
    type: "sockmap",
    ...index,
    valueSize: 8,
    maxEntries: roomy,
    btf: "never",
    fill: fillSockets,
  },
  { name: "sockhash", type: "sockhash", ...index, maxEntries: roomy, btf: "never", fill: fillSockets },
  {
    name: "sockhash with 8-byte values",
    type: "sockhash",
    keySize: 8,
    valueSize: 8,
    maxEntries: roomy,
    btf: "never",
    fill: fillSockets,
  },
  { name: "cpumap", type: "cpumap", ...index, btf: "never", fill: fillCpus },
  { name: "cpumap with 8-byte values", type: "cpumap", ...index, valueSize: 8, btf: "never", fill: fillCpus },
  { name: "xskmap", type: "xskmap", ...index, btf: "never" },
  {
    name: "reuseport_sockarray",
    type: "reuseport_sockarray",
    ...index,
    maxEntries: roomy,
    btf: "maybe",
    fill: fillReuseportSlot,
  },
  {
    name: "reuseport_sockarray with 8-byte values",
    type: "reuseport_sockarray",
    ...index,
    valueSize: 8,
    maxEntries: roomy,
    btf: "maybe",
    fill: fillReuseportSlot,
  },
  { name: "cgroup_storage", type: "cgroup_storage", keySize: 8, valueSize: 12, maxEntries: none, btf: "maybe" },
  {
    name: "percpu_cgroup_storage",
    type: "percpu_cgroup_storage",
    keySize: 8,
    valueSize: 12,
    maxEntries: none,
    btf: "maybe",
  },
  { name: "queue", type: "queue", keySize: 0, valueSize: 12, maxEntries: roomy, btf: "never", fill: push },
  { name: "stack", type: "stack", keySize: 0, valueSize: 20, maxEntries: roomy, btf: "never", fill: push },
  {
    name: "bloom_filter",
    type: "bloom_filter",
    keySize: 0,
    valueSize: 12,
    maxEntries: roomy,
    btf: "maybe",
    extra: 3,
    fill: push,
  },
  { name: "ringbuf", type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: page, btf: "maybe" },
  { name: "user_ringbuf", type: "user_ringbuf", keySize: 0, valueSize: 0, maxEntries: page, btf: "maybe" },
  {
    name: "arena",
    type: "arena",
    keySize: 0,
    valueSize: 0,
    maxEntries: atLeastOne,
    flags: BPF_F_MMAPABLE,
    btf: "maybe",
  },
  { name: "sk_storage", type: "sk_storage", ...storage, fill: fillSocketStorage },
  { name: "inode_storage", type: "inode_storage", ...storage, fill: fillInodeStorage },
  { name: "task_storage", type: "task_storage", ...storage },
  { name: "cgrp_storage", type: "cgrp_storage", ...storage },
];

/** Makes the map of a recipe with `count` entries, all of it owned by the scope. */
export async function makeMap(
  scratch: Scratch,
  recipe: MapRecipe,
  { count, name, btf }: { count: number; name: string; btf: boolean },
): Promise<Fd> {
  const { type, keySize, valueSize, flags = 0, extra = 0 } = recipe;
  const spec: MapSpec = { type, keySize, valueSize, maxEntries: recipe.maxEntries(count), flags, extra, name };
  const inner = type === "array_of_maps" || type === "hash_of_maps" ? { inner: innerMap(scratch) } : {};
  const map = scratch.own(createMap({ ...spec, ...inner, ...(btf ? { btf: recipeBtf(scratch, recipe) } : {}) }));
  if (count > 0) await recipe.fill?.(map, count, scratch, recipe);
  return map;
}

/** The bytes that a value has in a buffer given to the kernel: one slot a CPU in a per-CPU map. */
export function valueBytes(recipe: { type: MapTypeName; valueSize: number }): number {
  return isPerCpu(recipe.type) ? roundUp8(recipe.valueSize) * kernel.possibleCpus() : recipe.valueSize;
}

function recipeBtf(scratch: Scratch, { type, keySize, valueSize }: MapRecipe): NonNullable<MapSpec["btf"]> {
  const btf = new BtfBuilder();
  const key = keyType(btf, type, keySize);
  const value = valueSize === 0 ? 0 : valueType(btf, valueSize);
  // BTF must have some type, also where neither key nor value has one.
  if (key === 0 && value === 0) btf.signed("int", 4);
  return { fd: scratch.own(loadBtf(btf.build())), key, value };
}

function keyType(btf: BtfBuilder, type: MapTypeName, size: number): number {
  if (size === 0) return 0;
  if (size === 4) return btf.signed("int", 4);
  if (size === 8 && type !== "lpm_trie") return btf.int("unsigned long long", 8);
  const address = btf.array(btf.int("unsigned char", 1), size - 4);
  return btf.struct("prefix", size, [
    { name: "length", type: btf.int("unsigned int", 4), bitOffset: 0 },
    { name: "address", type: address, bitOffset: 32 },
  ]);
}

function valueType(btf: BtfBuilder, size: number): number {
  if (size === 4) return btf.int("unsigned int", 4);
  if (size === 8) return btf.signed("long long", 8);
  const name = btf.array(btf.signed("char", 1), size - 4);
  return btf.struct("stats", size, [
    { name: "count", type: btf.signed("int", 4), bitOffset: 0 },
    { name: "name", type: name, bitOffset: 32 },
  ]);
}

function fillKeys(map: Fd, count: number, _scratch: Scratch, recipe: MapRecipe): void {
  const random = new Random(count);
  for (let i = 0; i < count; i++) updateElement(map, keyOf(i, recipe), randomValue(random, valueBytes(recipe)));
}

/** The key of entry `i`: its number, with something behind it where there is room. */
export function keyOf(i: number, { keySize }: { keySize: number }): Uint8Array {
  const key = new Random(i).bytes(keySize);
  if (keySize >= 4) new DataView(key.buffer).setUint32(0, i, true);
  return key;
}

function fillPrefixes(map: Fd, count: number, _scratch: Scratch, recipe: MapRecipe): void {
  const random = new Random(count);
  for (let i = 0; i < count; i++) {
    updateElement(map, Uint8Array.of(8 * ((i % 4) + 1), 0, 0, 0, 10, i, i, i), randomValue(random, recipe.valueSize));
  }
}

function fillPrograms(map: Fd, count: number, scratch: Scratch): void {
  for (let i = 0; i < count; i++) updateElement(map, u32(3 * i), u32(scratch.own(loadProgram()).number));
}

/** Each run of a program that calls bpf_get_stackid adds a trace; where the stack is the same, to the same slot. */
function fillStacks(map: Fd, count: number, scratch: Scratch): void {
  for (let skip = 0; skip < count; skip++) {
    const loadMap = [0x18, 0x12, 0, 0, ...u32(map.number), 0, 0, 0, 0, 0, 0, 0, 0];
    const setFlags = [0xb7, 3, 0, 0, skip, 0, 0, 0];
    const getStackId = [0x85, 0, 0, 0, 27, 0, 0, 0];
    const returnZero = [0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0];
    const code = Uint8Array.from([...loadMap, ...setFlags, ...getStackId, ...returnZero]);
    runProgram(scratch.own(loadInstructions(BPF_PROG_TYPE_RAW_TRACEPOINT, code)));
  }
}

function fillInnerMaps(map: Fd, count: number, scratch: Scratch, recipe: MapRecipe): void {
  for (let i = 0; i < count; i++) updateElement(map, keyOf(2 * i, recipe), u32(innerMap(scratch).number));
}

function innerMap(scratch: Scratch): Fd {
  return scratch.own(createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 1, name: "inner" }));
}

/** The loopback interface, which every namespace has as number 1; a program in the upper half is "none". */
function fillDevices(map: Fd, count: number, _scratch: Scratch, { valueSize }: MapRecipe): void {
  for (let i = 0; i < count; i++) updateElement(map, u32(2 * i), wide(1, valueSize));
}

/** A queue of 16 packets for each CPU, of which a machine may have but one. */
function fillCpus(map: Fd, count: number, _scratch: Scratch, { valueSize }: MapRecipe): void {
  for (let cpu = 0; cpu < Math.min(count, kernel.possibleCpus()); cpu++)
    updateElement(map, u32(cpu), wide(16, valueSize));
}

async function fillSockets(map: Fd, count: number, scratch: Scratch, recipe: MapRecipe): Promise<void> {
  for (let i = 0; i < count; i++) {
    updateElement(map, keyOf(2 * i, recipe), wide(await listeningSocket(scratch), recipe.valueSize));
  }
}

async function fillReuseportSlot(map: Fd, _count: number, scratch: Scratch, { valueSize }: MapRecipe): Promise<void> {
  await fillReuseport(scratch, scratch.pin(map, `reuseport-${kernel.mapInfo(map).id}`), valueSize);
}

function push(map: Fd, count: number, _scratch: Scratch, { valueSize }: MapRecipe): void {
  for (let i = 0; i < count; i++) updateElement(map, null, randomValue(new Random(i), valueSize));
}

async function fillSocketStorage(map: Fd, _count: number, scratch: Scratch, { valueSize }: MapRecipe): Promise<void> {
  updateElement(map, u32(await listeningSocket(scratch)), new Uint8Array(valueSize).fill(1));
}

function fillInodeStorage(map: Fd, _count: number, scratch: Scratch, { valueSize }: MapRecipe): void {
  const file = openSync(join(scratch.folder, "inode"), "a+");
  updateElement(map, u32(file), new Uint8Array(valueSize).fill(1));
  closeSync(file);
}

function u32(value: number): Uint8Array {
  return wide(value, 4);
}

/** A small number as `size` little-endian bytes. */
function wide(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

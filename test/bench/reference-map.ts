import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { BPF_F_NO_PREALLOC, createMap, loadBtf, updateBatch } from "../helpers/bpf.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { isPerCpu, type MapTypeName } from "../helpers/map-types.ts";
import { Random } from "../helpers/random.ts";

export const KEY_SIZE = 16;
export const VALUE_SIZE = 48;
const BATCH = 4096;

/** BTF of the reference work: a connection's key of 16 bytes and its value of 48. */
export function referenceBtf(): { bytes: Uint8Array; key: number; value: number } {
  const btf = new BtfBuilder();
  const u8 = btf.int("unsigned char", 1);
  const u16 = btf.int("unsigned short", 2);
  const u32 = btf.int("unsigned int", 4);
  const u64 = btf.int("unsigned long long", 8);
  const bool = btf.int("_Bool", 1, { encoding: 4 });
  const char = btf.signed("char", 1);
  const state = btf.enum("state", [
    ["ST_NEW", 0],
    ["ST_SYN", 1],
    ["ST_ESTABLISHED", 2],
    ["ST_CLOSED", 3],
  ]);
  const comm = btf.array(char, 16);
  const key = btf.struct("conn_key", KEY_SIZE, [
    { name: "saddr", type: u32, bitOffset: 0 },
    { name: "daddr", type: u32, bitOffset: 32 },
    { name: "sport", type: u16, bitOffset: 64 },
    { name: "dport", type: u16, bitOffset: 80 },
    { name: "proto", type: u8, bitOffset: 96 },
  ]);
  const value = btf.struct("conn_val", VALUE_SIZE, [
    { name: "packets", type: u64, bitOffset: 0 },
    { name: "bytes", type: u64, bitOffset: 64 },
    { name: "last_ns", type: u64, bitOffset: 128 },
    { name: "st", type: state, bitOffset: 192 },
    { name: "comm", type: comm, bitOffset: 224 },
    { name: "zone", type: u8, bitOffset: 352, bitfieldSize: 3 },
    { name: "flags", type: u8, bitOffset: 355, bitfieldSize: 5 },
    { name: "seen", type: bool, bitOffset: 360 },
  ]);
  return { bytes: btf.build(), key, value };
}

/** What a reference map is made as. */
interface Making {
  readonly type?: MapTypeName;
  readonly btf?: boolean;
  readonly name?: string;
  readonly maxEntries?: number;
}

/**
 * A map of the reference types with so many random entries, full unless `maxEntries` says else. The caller closes it.
 */
export function referenceMap(
  entries: number,
  { type = "hash", btf = true, name = "ref", maxEntries = entries }: Making = {},
): Fd {
  const types = referenceBtf();
  using fd = loadBtf(types.bytes);
  const map = createMap({
    type,
    keySize: KEY_SIZE,
    valueSize: VALUE_SIZE,
    maxEntries,
    flags: type === "hash" ? BPF_F_NO_PREALLOC : 0,
    name,
    ...(btf ? { btf: { fd, key: types.key, value: types.value } } : {}),
  });
  fill(map, entries, isPerCpu(type) ? new LinuxKernel().possibleCpus() : 1);
  return map;
}

/** Random connections: counters of all magnitudes, a state, a name, flags; every key differs by its first word. */
function fill(map: Fd, entries: number, slots: number): void {
  const random = new Random(1);
  const keys = new Uint8Array(BATCH * KEY_SIZE);
  const values = new Uint8Array(BATCH * VALUE_SIZE * slots);
  const kd = new DataView(keys.buffer);
  const vd = new DataView(values.buffer);
  for (let from = 0; from < entries; from += BATCH) {
    const count = Math.min(BATCH, entries - from);
    for (let i = 0; i < count; i++) {
      keys.set(random.bytes(13), i * KEY_SIZE);
      kd.setUint32(i * KEY_SIZE, from + i, true);
      const at = i * VALUE_SIZE * slots;
      values.set(random.bytes(24), at);
      vd.setUint32(at + 24, random.below(4), true);
      values.fill(0, at + 28, at + 44);
      for (let c = 0; c < 4 + random.below(11); c++) values[at + 28 + c] = 97 + random.below(26);
      values[at + 44] = random.below(256);
      values[at + 45] = random.below(2);
      for (let cpu = 1; cpu < slots; cpu++) values.copyWithin(at + cpu * VALUE_SIZE, at, at + VALUE_SIZE);
    }
    updateBatch(map, keys, values, count);
  }
}

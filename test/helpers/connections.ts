import type { Fd } from "../../src/sys/fd.ts";
import { createMap, loadBtf, updateElement } from "./bpf.ts";
import { BtfBuilder } from "./btf-builder.ts";
import type { MapTypeName } from "./map-types.ts";

/** A small connection table as its decoder gives it. */
export interface ConnKey {
  readonly addr: number;
  readonly port: number;
}

export interface ConnVal {
  readonly packets: bigint;
  readonly state: string;
  readonly comm: string;
}

export const CONNECTION: { readonly keySize: 8; readonly valueSize: 32 } = { keySize: 8, valueSize: 32 };

/**
 * BTF of `struct conn_key { u32 addr; u16 port; }` and
 * `struct conn_val { u64 packets; enum state state; char comm[16]; }`.
 */
export function connectionBtf(): { bytes: Uint8Array; key: number; value: number } {
  const btf = new BtfBuilder();
  const u16 = btf.typedef("u16", btf.int("unsigned short", 2));
  const u32 = btf.typedef("u32", btf.int("unsigned int", 4));
  const u64 = btf.typedef("u64", btf.int("unsigned long long", 8));
  const state = btf.enum("state", [
    ["ST_NEW", 0],
    ["ST_OPEN", 1],
  ]);
  const comm = btf.array(btf.signed("char", 1), 16);
  const key = btf.struct("conn_key", CONNECTION.keySize, [
    { name: "addr", type: u32, bitOffset: 0 },
    { name: "port", type: u16, bitOffset: 32 },
  ]);
  const value = btf.struct("conn_val", CONNECTION.valueSize, [
    { name: "packets", type: u64, bitOffset: 0 },
    { name: "state", type: state, bitOffset: 64 },
    { name: "comm", type: comm, bitOffset: 96 },
  ]);
  return { bytes: btf.build(), key, value };
}

/** The bytes of connection number `i`: address i, port 1000 + i, i packets, open if i is odd, comm `app<i>`. */
export function connectionBytes(i: number): { key: Uint8Array; value: Uint8Array } {
  const key = Buffer.alloc(CONNECTION.keySize);
  key.writeUInt32LE(i, 0);
  key.writeUInt16LE(1000 + i, 4);
  const value = Buffer.alloc(CONNECTION.valueSize);
  value.writeBigUInt64LE(BigInt(i), 0);
  value.writeUInt32LE(i % 2, 8);
  value.write(`app${i}`, 12, "latin1");
  return { key: new Uint8Array(key), value: new Uint8Array(value) };
}

export function connection(i: number): { key: ConnKey; value: ConnVal } {
  return {
    key: { addr: i, port: (1000 + i) % 0x10000 },
    value: { packets: BigInt(i), state: i % 2 === 1 ? "ST_OPEN" : "ST_NEW", comm: `app${i}` },
  };
}

/** A map with connections 0 to `count` - 1. The caller closes it. */
export function connectionMap(
  count: number,
  {
    type = "hash",
    btf = true,
    name = "conns",
    maxEntries = Math.max(count, 1),
  }: {
    type?: MapTypeName;
    btf?: boolean;
    name?: string;
    maxEntries?: number;
  } = {},
): Fd {
  const types = connectionBtf();
  using fd = loadBtf(types.bytes);
  const given = btf ? { btf: { fd, key: types.key, value: types.value } } : {};
  const map = createMap({ type, ...CONNECTION, maxEntries, name, ...given });
  for (let i = 0; i < count; i++) {
    const { key, value } = connectionBytes(i);
    updateElement(map, key, value);
  }
  return map;
}

import { parseBtf } from "../../src/btf/parse.ts";
import { encodeKey, type KeyValue } from "../../src/codec/keys/json-key.ts";
import { layoutFromBtf } from "../../src/schema/from-btf.ts";
import { Fd } from "../../src/sys/fd.ts";
import type { MapInfo } from "../../src/sys/info.ts";
import { BtfBuilder } from "./btf-builder.ts";
import { FakeKernel, type FakeMap, fakeMap } from "./fake-kernel.ts";

const btf = new BtfBuilder();
const u8 = btf.int("unsigned char", 1);
const u16 = btf.int("unsigned short", 2);
const u32 = btf.int("unsigned int", 4);
const s32 = btf.signed("int", 4);
const u64 = btf.int("unsigned long long", 8);
const bool = btf.int("_Bool", 1, { encoding: 4 });
const char = btf.signed("char", 1);
const double = btf.float("double", 8);
const state = btf.enum("state", [
  ["ST_NEW", 0],
  ["ST_SYN", 1],
  ["ST_ESTABLISHED", 2],
]);
const connKey = btf.struct("conn_key", 8, [
  { name: "saddr", type: u32, bitOffset: 0 },
  { name: "dport", type: u16, bitOffset: 32 },
  { name: "proto", type: u8, bitOffset: 48 },
]);
const text = btf.array(char, 16);
const connVal = btf.struct("conn_val", 80, [
  { name: "packets", type: u64, bitOffset: 0 },
  { name: "bytes", type: u64, bitOffset: 64 },
  { name: "delta", type: s32, bitOffset: 128 },
  { name: "st", type: state, bitOffset: 160 },
  { name: "comm", type: text, bitOffset: 192 },
  { name: "mac", type: btf.array(u8, 6), bitOffset: 320 },
  { name: "zone", type: u8, bitOffset: 368, bitfieldSize: 3 },
  { name: "seen", type: bool, bitOffset: 376 },
  { name: "load", type: double, bitOffset: 384 },
  { name: "slots", type: btf.array(u32, 4), bitOffset: 448 },
]);
const hits = btf.struct("hits", 32, [
  { name: "packets", type: u64, bitOffset: 0 },
  { name: "last_ns", type: u64, bitOffset: 64 },
  { name: "who", type: btf.array(char, 12), bitOffset: 128 },
  { name: "st", type: state, bitOffset: 224 },
]);
const loose = btf.struct("loose", 16, [
  { name: "on", type: bool, bitOffset: 0 },
  { name: "load", type: double, bitOffset: 64 },
]);
const latency = btf.struct("latency", 64, [{ name: "slots", type: btf.array(u32, 16), bitOffset: 0 }]);
const bytes = btf.build();
const types = parseBtf(bytes);

/** Encodes a value of a type that is written as JSON has it. */
function encoded(typeId: number, value: KeyValue): Uint8Array {
  const layout = layoutFromBtf(types, typeId);
  return encodeKey(layout, layout.size, value);
}

type Row = readonly [key: KeyValue, value: KeyValue, otherCpu?: KeyValue];

function typedMap(id: number, name: string, key: number, value: number, rows: readonly Row[], type = 1): FakeMap {
  const [keySize, valueSize] = [layoutFromBtf(types, key).size, layoutFromBtf(types, value).size];
  const buckets = rows.map(([k, v, other]) => {
    const slots = other === undefined ? [encoded(value, v)] : [encoded(value, v), encoded(value, other)];
    return [{ key: encoded(key, k), value: Uint8Array.from(Buffer.concat(slots)) }];
  });
  const sizes = { type, id, name, keySize, valueSize, maxEntries: Math.max(1, rows.length) };
  return map({ ...sizes, btfId: 1, btfKeyTypeId: key, btfValueTypeId: value }, buckets);
}

function map(info: Partial<MapInfo>, buckets: FakeMap["buckets"]): FakeMap {
  const empty = fakeMap(0);
  return { ...empty, info: { ...empty.info, ...info }, buckets };
}

/** A connection as the tests want it: what isn't given is zero. */
function conn(values: { [name: string]: KeyValue }): KeyValue {
  const none = { packets: 0, bytes: 0, delta: 0, st: 0, comm: "", mac: "00:00:00:00:00:00", zone: 0, seen: false };
  return { ...none, load: 0, slots: [0, 0, 0, 0], ...values };
}

const BIG = 2n ** 64n - 1n;

/** Rows of `conns`: a small one, one of extremes, and one whose name is hostile. */
const CONNS: readonly Row[] = [
  [
    { saddr: "10.0.0.1", dport: 443, proto: 6 },
    conn({ packets: 2000, bytes: 4096, delta: -5, st: 2, comm: "nginx", mac: "02:00:00:00:00:01", zone: 5, load: 0.5 }),
  ],
  [
    { saddr: "10.9.8.7", dport: 53, proto: 17 },
    conn({ packets: BIG, bytes: 2n ** 53n + 1n, st: 1, comm: 'dns,"x"', seen: true, load: "NaN", slots: [1, 2, 3, 4] }),
  ],
  [
    { saddr: "192.168.1.1", dport: 80, proto: 6 },
    conn({ packets: 7, bytes: 0, delta: 5, st: 9, comm: "\u001b]0;x\u0007é\udcff", load: "-Infinity" }),
  ],
];

const HITS: readonly Row[] = [
  [1, hit(BIG, 5, "a", 2), hit(BIG, 9, "a", 2)],
  [2, hit(1, 3, "a", 0), hit(2, 2, "b", 1)],
  [3, hit(0, 0, "", 0), hit(4, 1, "b", 0)],
];

function hit(packets: number | bigint, lastNs: number, who: string, st: number): KeyValue {
  return { packets, last_ns: lastNs, who, st };
}

/** A per-CPU map without BTF, with one entry whose values on two CPUs begin with these bytes. */
function percpuBytes(id: number, values: readonly number[]): FakeMap {
  const value = new Uint8Array(16);
  value.set(values.slice(0, 2), 0);
  value.set(values.slice(2), 8);
  return map({ id, type: 5, name: "bytes", keySize: 4, valueSize: 2 }, [[{ key: word(1), value }]]);
}

/** Values that look alike with other bytes: two that are true and 0, one that is false and not a number. */
function looseMap(id: number): FakeMap {
  const values = [
    "01000000000000000000000000000000",
    "02000000000000000000000000000080",
    "0000000000000000010000000000f87f",
  ];
  const buckets = values.map((hex, i) => [{ key: word(i), value: Uint8Array.from(Buffer.from(hex, "hex")) }]);
  const sizes = { type: 1, id, name: "loose", keySize: 4, valueSize: 16, maxEntries: 3 };
  return map({ ...sizes, btfId: 1, btfKeyTypeId: u32, btfValueTypeId: loose }, buckets);
}

/** A map from texts of up to 16 bytes to doubles. */
export function textMap(id: number, rows: readonly (readonly [text: string, number: number])[]): FakeMap {
  return typedMap(id, "texts", text, double, rows);
}

function word(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

/**
 * Typed maps in memory, for everything that a query can be asked: `conns` (id 7, hash), `hits` (id 11, percpu_hash on
 * two CPUs), `latency` (id 12, with slots), `counts` (id 13, numbers by index), `outer` (id 14, holds map 13 and one
 * that isn't there), `bare` (id 15, without BTF), `marks` (id 16, task storage, not readable), two `twins` (id 18 and
 * 19, by index) and `bytes` (id 20, percpu_hash without BTF) and `loose` (id 21, values that look alike with other
 * bytes).
 */
export class QueryKernel extends FakeKernel {
  constructor(more: readonly FakeMap[] = []) {
    super([
      typedMap(7, "conns", connKey, connVal, CONNS),
      typedMap(11, "hits", u32, hits, HITS, 5),
      typedMap(12, "latency", u32, latency, [[1, { slots: [0, 0, 3, 40, 9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0] }]]),
      typedMap(
        13,
        "counts",
        u32,
        u64,
        [0, 5, 10, 0].map((count, i) => [i, count]),
        2,
      ),
      map({ id: 14, type: 13, name: "outer", keySize: 4, valueSize: 4, maxEntries: 4 }, [
        [{ key: word(1), value: word(13) }],
        [{ key: word(2), value: word(99) }],
      ]),
      map({ id: 15, name: "bare", keySize: 4, valueSize: 2 }, [
        [{ key: word(0x04030201), value: Uint8Array.of(1, 2) }],
      ]),
      typedMap(18, "twins", u32, u64, [[0, 1]], 2),
      typedMap(19, "twins", u32, u64, [[0, 2]], 2),
      percpuBytes(20, [1, 2, 3, 4]),
      looseMap(21),
      { ...map({ id: 16, type: 29, name: "marks", keySize: 4, valueSize: 4 }, []), batch: "none" },
      ...more,
    ]);
  }

  override openBtf(): Fd {
    return new Fd(1, () => undefined);
  }

  override btfBytes(): Uint8Array {
    return bytes;
  }

  override nextKey(fd: Fd, key: Uint8Array | null, next: Uint8Array): number {
    return this.mapInfo(fd).type === 29 ? 524 : super.nextKey(fd, key, next);
  }
}

import { mkdirSync } from "node:fs";
import { createMap, loadBtf, updateElement } from "../helpers/bpf.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { Scratch } from "../helpers/scratch.ts";

/**
 * A connection: addresses and ports, protocol; packets, bytes, age in ms, state, who opened it, flags, seen replies.
 */
type Connection = readonly [
  string,
  string,
  number,
  number,
  number,
  bigint,
  bigint,
  bigint,
  number,
  string,
  number,
  boolean,
];

const TCP = 6;
const UDP = 17;

const CONNECTIONS: readonly Connection[] = [
  ["10.0.0.5", "10.0.0.9", 51234, 443, TCP, 18_211n, 21_904_112n, 5_000_000_000n, 2, "curl", 0b011, true],
  ["10.0.0.5", "10.0.0.53", 40001, 53, UDP, 2n, 148n, 12_000_000n, 0, "systemd-resolve", 0, true],
  ["10.0.0.7", "10.0.0.9", 33812, 8443, TCP, 991_204n, 1_310_422_018n, 86_400_000_000_000n, 2, "envoy", 0b101, true],
  ["10.0.0.7", "192.168.4.20", 33813, 5432, TCP, 4_188n, 911_233n, 3_600_000_000_000n, 2, "postgres", 0b001, true],
  ["10.0.0.12", "10.0.0.9", 60022, 22, TCP, 77n, 9_120n, 90_000_000_000n, 3, "sshd", 0, true],
  ["10.0.0.31", "10.0.0.1", 123, 123, UDP, 12n, 1_104n, 64_000_000_000n, 0, "chronyd", 0, true],
  ["10.0.0.44", "203.0.113.80", 48110, 443, TCP, 1n, 60n, 20_000_000n, 1, "python3", 0b010, false],
];

/**
 * `npm run golden:demo`: makes a table of connections in this kernel and saves it as the snapshot that `demo` dumps.
 */
async function recordDemo(): Promise<void> {
  using scratch = new Scratch();
  const types = demoTypes();
  const fd = scratch.own(loadBtf(types.bytes));
  const map = scratch.own(
    createMap({
      type: "hash",
      keySize: 16,
      valueSize: 48,
      maxEntries: 1024,
      flags: 1,
      name: "connections",
      btf: { fd, ...types },
    }),
  );
  for (const connection of CONNECTIONS) updateElement(map, connectionKey(connection), connectionValue(connection));
  mkdirSync(repositoryPath("golden", "demo"), { recursive: true });
  const file = repositoryPath("golden", "demo", "connections.ndjson.gz");
  const { status, stderr } = await runOurs(["save", "pinned", scratch.pin(map, "connections"), file, "--force"]);
  if (status !== 0) throw new Error(`save the demo: ${stderr}`);
}

function demoTypes(): { bytes: Uint8Array; key: number; value: number } {
  const btf = new BtfBuilder();
  const u8 = btf.typedef("__u8", btf.int("unsigned char", 1));
  const u16 = btf.typedef("__u16", btf.int("unsigned short", 2));
  const u64 = btf.typedef("__u64", btf.int("unsigned long long", 8));
  const bool = btf.int("_Bool", 1, { encoding: 4 });
  const address = btf.array(u8, 4);
  const comm = btf.array(btf.signed("char", 1), 16);
  const state = btf.enum("conn_state", [
    ["NEW", 0],
    ["SYN_SENT", 1],
    ["ESTABLISHED", 2],
    ["CLOSING", 3],
  ]);
  const key = btf.struct("conn_key", 16, [
    { name: "saddr", type: address, bitOffset: 0 },
    { name: "daddr", type: address, bitOffset: 32 },
    { name: "sport", type: u16, bitOffset: 64 },
    { name: "dport", type: u16, bitOffset: 80 },
    { name: "proto", type: u8, bitOffset: 96 },
  ]);
  const value = btf.struct("conn_val", 48, [
    { name: "packets", type: u64, bitOffset: 0 },
    { name: "bytes", type: u64, bitOffset: 64 },
    { name: "age_ns", type: u64, bitOffset: 128 },
    { name: "state", type: state, bitOffset: 192 },
    { name: "comm", type: comm, bitOffset: 224 },
    { name: "nat", type: u8, bitOffset: 352, bitfieldSize: 1 },
    { name: "mark", type: u8, bitOffset: 353, bitfieldSize: 7 },
    { name: "replied", type: bool, bitOffset: 360 },
  ]);
  for (const [type, index, renderer] of [
    [key, 0, "ipv4"],
    [key, 1, "ipv4"],
    [value, 1, "bytes"],
    [value, 2, "duration"],
  ] as const) {
    btf.declTag(`ebpf-map:${renderer}`, type, index);
  }
  return { bytes: btf.build(), key, value };
}

function connectionKey([saddr, daddr, sport, dport, proto]: Connection): Uint8Array {
  const key = new Uint8Array(16);
  const view = new DataView(key.buffer);
  key.set([...saddr.split("."), ...daddr.split(".")].map(Number));
  view.setUint16(8, sport, true);
  view.setUint16(10, dport, true);
  key[12] = proto;
  return key;
}

function connectionValue([, , , , , packets, bytes, age, state, comm, flags, replied]: Connection): Uint8Array {
  const value = new Uint8Array(48);
  const view = new DataView(value.buffer);
  for (const [i, counter] of [packets, bytes, age].entries()) view.setBigUint64(8 * i, counter, true);
  view.setUint32(24, state, true);
  value.set(Buffer.from(comm), 28);
  value[44] = flags;
  value[45] = replied ? 1 : 0;
  return value;
}

await recordDemo();

import { parseBtf } from "../../src/btf/parse.ts";
import type { MapSource } from "../../src/reader/map-source.ts";
import type { Route } from "../../src/server/http/route.ts";
import { type RunningServer, serve } from "../../src/server/http/serve.ts";
import { MapsWork } from "../../src/server/live/maps-work.ts";
import { pageRoutes } from "../../src/server/live/page-routes.ts";
import type { MapSummary, MapsFrame } from "../../src/server/page/contract.ts";
import { OwnerNames } from "../../src/server/scrape/owner-names.ts";
import { sampleMap } from "../unit/snapshot/sample-maps.ts";
import { BtfBuilder } from "./btf-builder.ts";
import { FakeKernel } from "./fake-kernel.ts";
import { builtPage, NO_NAMES, pageOptions } from "./report-page.ts";

/** The moment of the first read, in seconds; each read is half a second later. */
const START = 1_767_268_800;
const PROGRAMS = ["envoy", "curl", "postgres", "sshd", "chronyd", "nginx", "redis-server", "systemd-resolve"];

/** BTF of a table of connections. */
function connectionTypes(): { bytes: Uint8Array; key: number; value: number } {
  const btf = new BtfBuilder();
  const u8 = btf.int("unsigned char", 1);
  const u16 = btf.typedef("__u16", btf.int("unsigned short", 2));
  const u32 = btf.int("unsigned int", 4);
  const u64 = btf.typedef("__u64", btf.int("unsigned long long", 8));
  const address = btf.struct("in_addr", 4, [{ name: "s_addr", type: btf.typedef("__be32", u32), bitOffset: 0 }]);
  const state = btf.enum("conn_state", [
    ["NEW", 0],
    ["SYN_SENT", 1],
    ["ESTABLISHED", 2],
    ["CLOSING", 3],
  ]);
  const comm = btf.array(btf.signed("char", 1), 16);
  const key = btf.struct("conn_key", 16, [
    { name: "saddr", type: address, bitOffset: 0 },
    { name: "daddr", type: address, bitOffset: 32 },
    { name: "sport", type: u16, bitOffset: 64 },
    { name: "dport", type: u16, bitOffset: 80 },
    { name: "proto", type: u8, bitOffset: 96 },
  ]);
  const value = btf.struct("conn_val", 40, [
    { name: "packets", type: u64, bitOffset: 0 },
    { name: "bytes", type: u64, bitOffset: 64 },
    { name: "state", type: state, bitOffset: 128 },
    { name: "comm", type: comm, bitOffset: 160 },
  ]);
  return { bytes: btf.build(), key, value };
}

/** The table at read number `read`: some connections are busy, in a rhythm of their own. */
function connectionsAt(read: number): MapSource {
  const { bytes, key, value } = connectionTypes();
  const ports = [443, 53, 5432, 8443, 22, 123, 6379];
  return sampleMap({
    info: { id: 42, name: "connections", keySize: 16, valueSize: 40, maxEntries: 1024 },
    fdinfo: { memlock: "92160" },
    batch: 64,
    types: { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value },
    entries: Array.from({ length: 48 }, (_, i) => {
      const keys = Buffer.alloc(16);
      keys.set([10, 0, i % 5, 7 + i, 10, 0, 0, 9 + (i % 3)]);
      keys.writeUInt16LE(33_812 + 97 * i, 8);
      keys.writeUInt16LE(ports[i % ports.length] ?? 0, 10);
      keys[12] = i % 7 === 1 ? 17 : 6;
      const values = Buffer.alloc(40);
      const speed = i < 12 ? 12 - i : 0;
      const packets = 991_204 - 20_011 * i + Math.round(40 * speed * (read + Math.sin(read / (3 + i))));
      values.writeBigUInt64LE(BigInt(packets), 0);
      values.writeBigUInt64LE(BigInt(packets * 1321), 8);
      values.writeUInt32LE(i % 9 === 5 ? 3 : i % 11 === 4 ? 1 : 2, 16);
      values.write(PROGRAMS[i % PROGRAMS.length] ?? "", 20, "latin1");
      return [new Uint8Array(keys), new Uint8Array(values)] as const;
    }),
  });
}

/** Maps of a machine: how full they are, and how that came about. */
function listFrame(): MapsFrame {
  const none = { accuracy: "", ring: null, trouble: null, growth: null } as const;
  const shares: Readonly<Record<number, (t: number) => number>> = {
    7: (t) => 0.55 + 0.0026 * t,
    12: (t) => 0.72 + 0.05 * Math.sin(t / 9),
    42: (t) => 0.35 + 0.0007 * t + 0.01 * Math.sin(t / 4),
    57: () => 0.25,
    61: (t) => 0.12 + 0.03 * Math.sin(t / 17),
  };
  const times = Array.from({ length: 150 }, (_, t) => START - 300 + 2 * t);
  const map = (
    id: number,
    more: Partial<MapSummary> & Pick<MapSummary, "name" | "type" | "maxEntries" | "whenFull">,
  ): MapSummary => {
    const ratio = shares[id]?.(149) ?? null;
    const entries = ratio === null ? null : Math.round(ratio * more.maxEntries);
    return {
      id,
      keySize: 8,
      valueSize: 16,
      memory: 65_536 * id,
      pins: [],
      owner: "",
      entries,
      ratio,
      ...none,
      ...more,
    };
  };
  const maps: MapSummary[] = [
    map(7, {
      name: "nat_sessions",
      type: "hash",
      maxEntries: 65_536,
      whenFull: "refuses",
      growth: { perSecond: 85.2, fullIn: 52 },
      owner: "natd(812), nat_ingress [tc ingress eth0]",
    }),
    map(12, {
      name: "rate_limits",
      type: "hash",
      maxEntries: 4096,
      whenFull: "refuses",
      growth: { perSecond: -3.1, fullIn: null },
      owner: "limit [xdp native eth0]",
    }),
    map(42, {
      name: "connections",
      type: "hash",
      maxEntries: 1024,
      whenFull: "refuses",
      growth: { perSecond: 0.4, fullIn: 1430 },
      owner: "conntrackd(790)",
      pins: ["/sys/fs/bpf/connections"],
    }),
    map(57, {
      name: "policy",
      type: "lpm_trie",
      maxEntries: 16_384,
      whenFull: "refuses",
      growth: { perSecond: 0, fullIn: null },
      owner: "policyd(1033)",
    }),
    map(61, {
      name: "dns_cache",
      type: "lru_hash",
      maxEntries: 10_240,
      whenFull: "evicts",
      growth: { perSecond: 6, fullIn: null },
      owner: "dnsd(655)",
    }),
    map(64, {
      name: "events",
      type: "ringbuf",
      maxEntries: 262_144,
      whenFull: "drops",
      ratio: 0.03,
      ring: { size: 262_144, pending: 7864, isFull: false },
      owner: "agent(903)",
    }),
  ];
  const entries = Object.fromEntries(
    maps.map(({ id, maxEntries }) => [
      id,
      times.map((_, t) => (shares[id] === undefined ? null : Math.round(shares[id](t) * maxEntries))),
    ]),
  );
  return { maps, why: null, times, entries };
}

/** A page with the same data at each look, for pictures: reads of `connections` come one by one, quickly. */
export async function servedExample(): Promise<RunningServer> {
  let read = 0;
  let looks = 0;
  const clock = (): number => {
    looks += 1;
    return 500 * read + looks / 20;
  };
  const now = (): Date => new Date((START + read / 2) * 1000);
  const view = { kernel: new FakeKernel([]), mounts: "/dev/null", onLimited: () => undefined };
  const owners = new OwnerNames(async () => () => "", clock);
  const { query } = pageOptions([]);
  const routes = pageRoutes({
    assets: builtPage(),
    about: { tool: "ebpf-map 0.1.0", kernel: "6.12.0", host: "node-1" },
    maps: () => new MapsWork({ view, owners, clock, now, cpuShare: 1 }),
    access: {
      kernel: view.kernel,
      clock,
      now,
      around: NO_NAMES,
      find: async () => {
        const first = connectionsAt(0);
        const open = async (isTyped: boolean): Promise<MapSource> => {
          if (!isTyped) read += 0.5;
          return connectionsAt(Math.floor(read));
        };
        return { label: first.label, info: first.info, origin: undefined, open };
      },
      query: (spec) => ({ ...query, spec }),
      extras: () => ({ pins: ["/sys/fs/bpf/connections"], owner: "conntrackd(790)" }),
    },
  });
  const list: Route = {
    method: "GET",
    path: "/api/live/maps",
    handle: () => ({ status: 200, body: listMessages(), contentType: "text/event-stream" }),
  };
  const log = (): void => undefined;
  return await serve({ routes: [list, ...routes], hosts: [], log }, { host: "127.0.0.1", port: 0 });
}

async function* listMessages(): AsyncGenerator<string> {
  yield `event: maps\ndata: ${JSON.stringify(listFrame())}\n\n`;
  // It stays open until the browser goes away.
  await new Promise(() => undefined);
}

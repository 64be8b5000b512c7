import type { MeasuredMap } from "../../src/output/stats/stats.ts";
import type { Occupancy } from "../../src/reader/occupancy.ts";
import type { MapInfo } from "../../src/sys/info.ts";
import { fakeMap } from "./fake-kernel.ts";

/** A measurement as a test wants it: a hash that holds 10 of 100 entries, unless it says otherwise. */
export function mapStats(
  changes: Partial<Omit<MeasuredMap, "info" | "occupancy">> & {
    readonly info?: Partial<MapInfo>;
    readonly occupancy?: Partial<Occupancy>;
  } = {},
): MeasuredMap {
  const occupancy: Occupancy = {
    entries: 10,
    whenFull: "refuses",
    preallocated: true,
    mode: "batch",
    report: undefined,
  };
  return {
    memlock: 4096,
    ...changes,
    info: { ...fakeMap(0).info, maxEntries: 100, name: "conns", ...changes.info },
    occupancy: { ...occupancy, ...changes.occupancy },
  };
}

/** Maps of a machine at work: nearly full, growing, estimated, failing, empty, an array, a ring buffer. */
export const MACHINE_MAPS: readonly MeasuredMap[] = [
  mapStats({
    info: { id: 41, name: "ct_any4_global", type: 9, maxEntries: 524_288 },
    occupancy: { entries: 273_155, whenFull: "evicts", mode: "sample", estimate: { kind: "sampled", error: 1573 } },
    memlock: 100_663_296,
    owner: { name: "cilium-agent", text: "cilium-agent(812), cil_from_netdev [tcx ingress eth0]", isOrphaned: false },
  }),
  mapStats({
    info: { id: 42, name: "policy_00512", maxEntries: 16_384 },
    occupancy: { entries: 15_990, mode: "memlock", preallocated: false },
    memlock: 2_097_152,
    growth: { perSecond: 12.5, fullIn: 31.5 },
    owner: { name: "cilium-agent", text: "cilium-agent(812)", isOrphaned: false },
  }),
  mapStats({
    info: { id: 7, name: "conns", maxEntries: 65_536 },
    occupancy: { entries: 12_000 },
    memlock: 5_767_168,
    growth: { perSecond: 101.25, fullIn: 528.75 },
    owner: { name: "node", text: "node(4711)", isOrphaned: false },
  }),
  mapStats({
    info: { id: 12, name: "config", type: 2, maxEntries: 1 },
    occupancy: { entries: 1, whenFull: "fixed", mode: "info" },
    memlock: 328,
    growth: { perSecond: 0, fullIn: undefined },
    owner: { name: "", text: "", isOrphaned: false },
  }),
  mapStats({
    info: { id: 55, name: "routes", type: 11, maxEntries: 10_000 },
    occupancy: { entries: 3, mode: "memlock", preallocated: false },
    memlock: 120,
    growth: { perSecond: -0.5, fullIn: undefined },
    owner: { name: "/sys/fs/bpf", text: "orphaned", isOrphaned: true },
  }),
  mapStats({
    info: { id: 60, name: "sockets", type: 18, maxEntries: 4096 },
    occupancy: { entries: 900, mode: "walk", estimate: { kind: "at-least" } },
    memlock: 262_144,
    owner: { name: "envoy", text: "envoy(99)", isOrphaned: false },
  }),
  mapStats({
    info: { id: 61, name: "blocked", maxEntries: 64 },
    occupancy: {
      entries: undefined,
      report: {
        mode: "batch",
        complete: false,
        errno: 1,
        entries: 0,
        restarts: 0,
        duplicates: 0,
        skipped: 0,
        retries: 0,
        bytes: 0,
      },
    },
    owner: { name: "", text: "", isOrphaned: false },
  }),
];

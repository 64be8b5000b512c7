import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { recordedLogs } from "../verifier/helpers/golden-logs.ts";
import { BPF_F_ZERO_SEED, createMap, openPinnedMap, runProgram, updateElement } from "./bpf.ts";
import { compileObject, loadObject } from "./objects.ts";
import { repositoryPath } from "./repository.ts";
import type { Scratch } from "./scratch.ts";

/** The ids that the documents show for these maps, whatever this kernel gives them. */
const SHOWN_IDS = [
  ["flows", 21],
  ["quota", 22],
  ["visitors", 23],
  ["drops", 24],
  ["hits", 25],
  ["rtt_us", 26],
  ["routes", 27],
  ["tenants", 28],
  ["tenant_a", 29],
  ["tenant_b", 30],
  ["backlog", 31],
  ["talkers", 32],
  ["requests", 33],
  ["opens", 34],
  ["samples", 35],
  ["sessions", 36],
  ["processes", 37],
] as const;

type MapName = (typeof SHOWN_IDS)[number][0];

/** A map without types, though the object of its program has them. */
const SESSIONS = { keySize: 4, valueSize: 24, maxEntries: 16 } as const;

const SECOND = 1_000_000_000n;

/** Milliseconds between two runs of the machine's programs while examples run. */
const TICK_MS = 20;

const kernel = new LinuxKernel();

/** A map of the machine, with the id that it has here, and the one that the documents show. */
export interface ManualMap {
  readonly name: string;
  readonly id: number;
  readonly shown: number;
}

/** The machine that the README and the manual describe: maps with entries, programs that run, files. */
export interface ManualMachine {
  /** The folder of the pins, which the documents call /sys/fs/bpf. */
  readonly pins: string;
  readonly maps: readonly ManualMap[];
  /** Runs the programs once more. */
  readonly tick: () => void;
  /** Puts the files that examples read into a folder. */
  readonly furnish: (folder: string) => void;
}

/** Loads the maps and programs in a scope; the programs run every 20 ms until it ends. */
export async function loadManualMachine(scratch: Scratch): Promise<ManualMachine> {
  await loadObject(scratch, "manual");
  const pins = join(scratch.pins, "manual_maps");
  const object = await compileObject(scratch, "legacy");
  const sessions = scratch.own(createMap({ ...SESSIONS, type: "hash", flags: BPF_F_ZERO_SEED, name: "sessions" }));
  fillSessions(sessions);
  scratch.pin(sessions, join("manual_maps", "sessions"));
  for (const [name, fill] of Object.entries(FILLERS)) {
    using map = openPinnedMap(join(pins, name));
    fill(map);
  }
  const tick = startPrograms(scratch);
  return {
    pins,
    tick,
    maps: SHOWN_IDS.map(([name, shown]) => ({ name, shown, id: idOf(join(pins, name)) })),
    furnish(folder) {
      mkdirSync(join(folder, "golden"), { recursive: true });
      cpSync(object, join(folder, "sessions.bpf.o"));
      cpSync(join(scratch.folder, "manual.o"), join(folder, "prog.bpf.o"));
      const log = recordedLogs("packet/off-by-one").find(({ kernel }) => kernel === "6.18");
      writeFileSync(join(folder, "load.log"), log?.text ?? "");
      cpSync(repositoryPath("golden", "demo"), join(folder, "golden", "demo"), { recursive: true });
      cpSync(repositoryPath("test", "kernel", "fixtures", "hits.ndjson"), join(folder, "hits.ndjson"));
    },
  };
}

function idOf(path: string): number {
  using map = openPinnedMap(path);
  return kernel.mapInfo(map).id;
}

/** Requests and samples are sent, and processes talk, all the time; two files are opened once. */
function startPrograms(scratch: Scratch): () => void {
  const program = (name: string): Fd => scratch.own(openPinnedMap(join(scratch.pins, "manual_programs", name)));
  const [request, sample, talk] = [program("send_request"), program("send_sample"), program("talk")];
  for (let i = 0; i < 4; i++) runProgram(request);
  runProgram(program("send_opens"));
  const tick = (): void => {
    for (const one of [request, sample, talk]) runProgram(one);
  };
  const timer = setInterval(tick, TICK_MS);
  scratch.own({ [Symbol.dispose]: () => clearInterval(timer) });
  return tick;
}

const FILLERS: Partial<Record<MapName, (map: Fd) => void>> = {
  flows: fillFlows,
  quota: (map) => {
    for (let i = 0; i < 52; i++) updateElement(map, u32(1001 + i), u64s((i * 7919) % 900, 1000));
  },
  visitors: (map) => {
    for (let i = 0; i < 700; i++) updateElement(map, Uint8Array.of(192, 0, 2 + (i >> 8), i & 255), u64s(i));
  },
  drops: (map) => {
    for (const [index, count] of [0, 3, 0, 41].entries()) updateElement(map, u32(index), onFirstCpu(u64s(count)));
  },
  rtt_us: (map) => {
    updateElement(map, u32(443), u64s(0, 0, 3, 40, 100, 250, 120, 60, 10, 2, 0, 1));
    updateElement(map, u32(5432), u64s(0, 1, 9, 2, 0, 0, 0, 0, 0, 0, 0, 0));
  },
  routes: (map) => {
    updateElement(map, Uint8Array.of(8, 0, 0, 0, 10, 0, 0, 0), u32(1));
    updateElement(map, Uint8Array.of(16, 0, 0, 0, 10, 9, 0, 0), u32(0));
    updateElement(map, Uint8Array.of(32, 0, 0, 0, 203, 0, 113, 80), u32(0));
  },
  tenant_a: (map) => updateElement(map, u32(1), u64s(17)),
  tenant_b: (map) => updateElement(map, u32(0), u64s(4)),
  backlog: (map) => {
    for (const job of [7, 8]) updateElement(map, null, u64s(job));
  },
  processes: (map) => {
    updateElement(map, u32(1), text("caf\xe9").subarray(0, 8));
    updateElement(map, u32(2), text("=1+1").subarray(0, 8));
  },
  talkers: (map) => {
    for (const [i, comm] of ["envoy", "nginx", "postgres", "cron"].entries()) {
      updateElement(map, u32(101 + i), Uint8Array.of(...u64s(0, 0), ...text(comm)));
    }
  },
};

type Flow = readonly [string, string, number, number, number, number, number, number, number, string, number, boolean];

/** Addresses, ports, protocol; packets, bytes, seconds since the last one; state, command, zone and mark, replied. */
const FLOWS: readonly Flow[] = [
  ["10.0.0.5", "10.0.0.9", 51234, 443, 6, 18211, 21904112, 5, 2, "curl", 0x31, true],
  ["10.0.0.5", "10.0.0.53", 40001, 53, 17, 2, 148, 12, 0, "systemd-resolve", 0, true],
  ["10.0.0.7", "10.0.0.9", 33812, 8443, 6, 991204, 1310422018, 1, 2, "envoy", 0x25, true],
  ["10.0.0.7", "192.168.4.20", 33813, 5432, 6, 4188, 911233, 3600, 2, "postgres", 0x10, true],
  ["10.0.0.12", "10.0.0.9", 60022, 22, 6, 77, 9120, 9, 3, "sshd", 0, true],
  ["10.0.0.31", "10.0.0.1", 123, 123, 17, 12, 1104, 6, 0, "chronyd", 0, true],
  ["10.0.0.44", "203.0.113.80", 48110, 443, 6, 1, 60, 20, 1, "python3", 0x20, false],
];

function fillFlows(map: Fd): void {
  const now = process.hrtime.bigint();
  // The machine may have been started less than an hour ago.
  const before = (seconds: number): bigint => {
    const ago = BigInt(seconds) * SECOND;
    return ago < now ? now - ago : 0n;
  };
  for (const [saddr, daddr, sport, dport, proto, packets, bytes, age, state, comm, marks, replied] of FLOWS) {
    const key = Uint8Array.of(...address(saddr), ...address(daddr), ...be16(sport), ...be16(dport), proto, 0, 0, 0);
    const value = Buffer.alloc(48);
    value.set(u64s(packets, bytes, before(age)));
    value.writeUInt32LE(state, 24);
    value.write(comm, 28, "latin1");
    value.set([marks, replied ? 1 : 0], 44);
    updateElement(map, key, value);
  }
}

function fillSessions(map: Fd): void {
  for (const [id, packets, bytes, user] of [
    [1, 12, 1840, "alice"],
    [2, 7, 420, "bob"],
  ] as const) {
    updateElement(map, u32(id), Uint8Array.of(...u64s(packets, bytes), ...text(user).subarray(0, 8)));
  }
}

function onFirstCpu(value: Uint8Array): Uint8Array {
  const slots = new Uint8Array(value.length * kernel.possibleCpus());
  slots.set(value);
  return slots;
}

function address(dotted: string): number[] {
  return dotted.split(".").map(Number);
}

function be16(port: number): number[] {
  return [port >> 8, port & 255];
}

function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function u64s(...values: readonly (number | bigint)[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

function text(value: string): Buffer {
  return Buffer.from(value.padEnd(16, "\0"), "latin1");
}

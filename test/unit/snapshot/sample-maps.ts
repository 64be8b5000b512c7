import { createHash } from "node:crypto";
import { parseBtf } from "../../../src/btf/parse.ts";
import type { BtfType, TypeSource } from "../../../src/btf/types.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import type { EntryShape, EntrySource, ReadReport } from "../../../src/reader/entries.ts";
import type { MapFdinfo, MapSource, MapTypes } from "../../../src/reader/map-source.ts";
import { openSnapshotFile } from "../../../src/snapshot/read/load.ts";
import { type SnapshotWriteOptions, saveSnapshot } from "../../../src/snapshot/write/save.ts";
import type { MapInfo } from "../../../src/sys/info.ts";
import { connectionBtf, connectionBytes } from "../../helpers/connections.ts";

/** A value's bytes, or the errno with which it couldn't be read. */
export type Value = Uint8Array | number;
export type Entry = readonly [key: Uint8Array, value: Value];

/** A map in memory: what a test says of it, and defaults for the rest. */
export interface SampleMap {
  readonly info?: Partial<MapInfo>;
  readonly fdinfo?: Partial<MapFdinfo>;
  readonly cpus?: number;
  readonly types?: MapTypes;
  readonly entries?: readonly Entry[];
  readonly report?: Partial<ReadReport>;
  readonly peek?: Uint8Array;
  /** Entries in a batch; 2 unless told. */
  readonly batch?: number;
  /** Called before each batch, with its number from 0. */
  readonly beforeBatch?: (batch: number) => void;
}

export const NO_REPORT: ReadReport = {
  complete: true,
  mode: "batch",
  entries: 0,
  restarts: 0,
  duplicates: 0,
  skipped: 0,
  retries: 0,
  bytes: 0,
  errno: 0,
};

const NO_INFO: MapInfo = {
  type: 1,
  id: 7,
  keySize: 4,
  valueSize: 8,
  maxEntries: 100,
  mapFlags: 1,
  name: "conns",
  ifindex: 0,
  btfVmlinuxValueTypeId: 0,
  netnsDev: 0n,
  netnsIno: 0n,
  btfId: 0,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  mapExtra: 0n,
};

export const ORIGIN: SnapshotWriteOptions = {
  force: false,
  tool: "ebpf-map 0.1.0",
  kernel: "6.18.0",
  arch: "x64",
  littleEndian: true,
  now: new Date("2026-01-31T12:00:00.123Z"),
  bootTimeOffsetNs: 1_769_860_800_000_000_123n,
};

export function sampleMap(sample: SampleMap = {}): MapSource {
  const info = { ...NO_INFO, ...sample.info };
  const cpus = sample.cpus ?? 0;
  const valueStride = cpus === 0 ? info.valueSize : Math.ceil(info.valueSize / 8) * 8 * cpus;
  const shape = { keySize: info.keySize, valueSize: info.valueSize, cpus, valueStride };
  const noFdinfo = { memlock: undefined, frozen: undefined, ownerProgType: undefined, ownerJited: undefined };
  return {
    info,
    fdinfo: { ...noFdinfo, ...sample.fdinfo },
    shape,
    label: `map id ${info.id} (${info.name})`,
    types: () => sample.types ?? { state: "none" },
    entries: () => sampleEntries(sample, shape),
    lookup(key, value) {
      if (key !== null || sample.peek === undefined) return 2;
      value.set(sample.peek);
      return 0;
    },
    nextKey: () => 2,
    [Symbol.dispose]: () => undefined,
  };
}

/** Batches in buffers that the next one overwrites, as live sources have them. */
function sampleEntries(sample: SampleMap, { keySize, valueStride }: EntryShape): EntrySource {
  const all = sample.entries ?? [];
  const size = sample.batch ?? 2;
  const keys = new Uint8Array(size * keySize);
  const values = new Uint8Array(size * valueStride);
  let batches = 0;
  return {
    report: { ...NO_REPORT, entries: all.length, ...sample.report },
    next() {
      sample.beforeBatch?.(batches);
      const part = all.slice(batches * size, (batches + 1) * size);
      batches++;
      if (part.length === 0) return undefined;
      const errnos = part.some(([, value]) => typeof value === "number") ? new Int32Array(size) : undefined;
      for (const [i, [key, value]] of part.entries()) {
        keys.set(key, i * keySize);
        if (typeof value !== "number") values.set(value, i * valueStride);
        else if (errnos !== undefined) errnos[i] = value;
      }
      return { count: part.length, keys, values, errnos };
    },
    [Symbol.dispose]: () => undefined,
  };
}

/** All entries of a source, copied out of its buffers. */
export async function readEntries(source: EntrySource, { keySize, valueStride }: EntryShape): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    for (let i = 0; i < batch.count; i++) {
      const value = batch.errnos?.[i] || batch.values.slice(i * valueStride, (i + 1) * valueStride);
      entries.push([batch.keys.slice(i * keySize, (i + 1) * keySize), value]);
    }
  }
  return entries;
}

/**
 * What there is in a snapshot, read to the end of each map, entries as {@link digest} writes them. Throws what opening
 * or reading throws.
 */
export async function readSnapshot(path: string): Promise<{ info: MapInfo; entries: string[]; report: ReadReport }[]> {
  const maps = await openSnapshotFile(path);
  try {
    const contents = [];
    for (const map of maps) {
      using source = map.entries();
      contents.push({ info: map.info, entries: digest(await readEntries(source, map.shape)), report: source.report });
    }
    return contents;
  } finally {
    for (const map of maps) map[Symbol.dispose]();
  }
}

/** The error that reading a snapshot to its end gives. */
export async function readingError(path: string): Promise<EbpfMapError> {
  const error = await readSnapshot(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof EbpfMapError) return error;
  throw error ?? new Error(`${path} was read without an error`);
}

/** Entry number i: a key and value that say so. */
export function numbered(count: number, keySize = 4, valueSize = 8): Entry[] {
  return Array.from({ length: count }, (_, i): Entry => {
    const key = Buffer.alloc(keySize);
    key.writeUInt32LE(i);
    return [new Uint8Array(key), new Uint8Array(valueSize).fill(i)];
  });
}

/** A section with its checksum put right, for snapshots edited by hand. Takes its lines, without newlines. */
export function sealed(lines: readonly string[]): string {
  const text = lines.join("\n");
  const covered = text.slice(0, text.lastIndexOf(',"sha256"'));
  return `${covered},"sha256":"${createHash("sha256").update(covered).digest("hex")}"}\n`;
}

/** Types by id, as parsed BTF would give them. */
export function typeSource(types: Readonly<Record<number, BtfType>>, kinds: readonly number[] = []): TypeSource {
  return {
    littleEndian: true,
    kinds,
    fourBitKinds: true,
    type(id) {
      const type = id === 0 ? ({ kind: "void" } as const) : types[id];
      if (type !== undefined) return type;
      throw new EbpfMapError("BTF_INVALID", `there is no type ${id}`, { typeId: id });
    },
  };
}

/** Entries as short text that fails readably and quickly: `expect` takes minutes for megabytes of numbers. */
export function digest(entries: readonly Entry[]): string[] {
  return entries.map(
    ([key, value]) => `${shortened(key)} = ${typeof value === "number" ? `errno ${value}` : shortened(value)}`,
  );
}

function shortened(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.subarray(0, 16)).toString("hex");
  return bytes.length <= 16
    ? hex
    : `${hex}… ${bytes.length} bytes, sha256 ${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Writes a snapshot with the first three connections. */
export async function saveConnections(file: string): Promise<void> {
  const { bytes, key, value } = connectionBtf();
  const types = { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value } as const;
  const entries = [0, 1, 2].map((i) => [connectionBytes(i).key, connectionBytes(i).value] as const);
  await saveSnapshot(file, [sampleMap({ info: { keySize: 8, valueSize: 32, btfId: 5 }, entries, types })], ORIGIN);
}

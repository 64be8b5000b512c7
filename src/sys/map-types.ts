/** The numbers of `enum bpf_map_type` (include/uapi/linux/bpf.h). No other file knows them. */
export const BPF_MAP_TYPE = {
  UNSPEC: 0,
  HASH: 1,
  ARRAY: 2,
  PROG_ARRAY: 3,
  PERF_EVENT_ARRAY: 4,
  PERCPU_HASH: 5,
  PERCPU_ARRAY: 6,
  STACK_TRACE: 7,
  CGROUP_ARRAY: 8,
  LRU_HASH: 9,
  LRU_PERCPU_HASH: 10,
  LPM_TRIE: 11,
  ARRAY_OF_MAPS: 12,
  HASH_OF_MAPS: 13,
  DEVMAP: 14,
  SOCKMAP: 15,
  CPUMAP: 16,
  XSKMAP: 17,
  SOCKHASH: 18,
  CGROUP_STORAGE: 19,
  REUSEPORT_SOCKARRAY: 20,
  PERCPU_CGROUP_STORAGE: 21,
  QUEUE: 22,
  STACK: 23,
  SK_STORAGE: 24,
  DEVMAP_HASH: 25,
  STRUCT_OPS: 26,
  RINGBUF: 27,
  INODE_STORAGE: 28,
  TASK_STORAGE: 29,
  BLOOM_FILTER: 30,
  USER_RINGBUF: 31,
  CGRP_STORAGE: 32,
  ARENA: 33,
  INSN_ARRAY: 34,
  RHASH: 35,
} as const;

const T = BPF_MAP_TYPE;

type MapTypeNumber = (typeof BPF_MAP_TYPE)[keyof typeof BPF_MAP_TYPE];

/**
 * The arrangement of a map's keys, which decides what a read may repeat or miss.
 * - "indexes": the whole numbers below max_entries. None is ever deleted.
 * - "buckets": a hash table. A batch holds whole buckets, and its cursor is the number of a bucket.
 * - "tree": an LPM trie. The cursor is a key; if it is deleted, the read starts again at the first key.
 * - "any": another arrangement, whose cursor is a key, too.
 * - "none": no keys.
 */
export type KeyArrangement = "indexes" | "buckets" | "tree" | "any" | "none";

/** The content of a value: bytes, bytes for each possible CPU, or the id of another object. */
export type ValueKind = "bytes" | "per-cpu" | "map-id" | "prog-id";

/**
 * The way in which user space reads the entries.
 * - "batch": many per call if the kernel has BPF_MAP_LOOKUP_BATCH for the type, else key by key.
 * - "keys": key by key.
 * - "slots": index by index; a slot may be empty.
 * - "peek": only the next element, by a lookup without a key.
 * - "stream": as records that flow through.
 * - "nothing": not at all.
 *
 * `unlisted` is the reason why entries can't be listed, `hidden` why their values can't be looked up: the rest of a
 * sentence about a map of the type. "cookies": values are sockets, but a map with 8-byte values shows their cookies.
 */
export type Reading =
  | {
      readonly by: "batch" | "keys" | "slots";
      readonly hidden?: { readonly why: string; readonly unless?: "cookies" };
      readonly unlisted?: undefined;
    }
  | { readonly by: "peek" | "stream" | "nothing"; readonly unlisted: string; readonly hidden?: undefined };

/**
 * The effect of one entry more than there is room for.
 * - "refuses": the update fails with E2BIG or ENOSPC.
 * - "evicts": an old entry makes room, so a full map is normal.
 * - "drops": a program can't reserve room for a record, and the record is lost.
 * - "fixed": all keys exist from the start.
 * - "none": the number of entries has no limit to watch.
 */
export type WhenFull = "refuses" | "evicts" | "drops" | "fixed" | "none";

/** The facts about a map type. */
export interface MapTypeFacts {
  /** The kernel's name in small letters, which bpftool prints. */
  readonly name: string;
  /** The first bpftool that prints the name; earlier ones print the number. */
  readonly namedSince: `${number}.${number}`;
  readonly keys: KeyArrangement;
  readonly values: ValueKind;
  readonly read: Reading;
  readonly whenFull: WhenFull;
  /**
   * The rule by which memory for all entries is allocated at creation: "always", "never", or unless BPF_F_NO_PREALLOC
   * is set.
   */
  readonly preallocated: "always" | "never" | "unless-flagged";
  /**
   * The part of memlock from which entries can be counted: the nodes of a trie, or the elements of a hash table that is
   * not preallocated. "fixed": none.
   */
  readonly memlock: "nodes" | "elements" | "fixed";
}

const BATCH: Reading = { by: "batch" };
const KEYS: Reading = { by: "keys" };
const SLOTS: Reading = { by: "slots" };
const PEEK: Reading = { by: "peek", unlisted: "has no keys: only its next element can be looked at" };
const STREAM: Reading = { by: "stream", unlisted: "has no entries: records flow through it" };
const MEMBERSHIP: Reading = { by: "nothing", unlisted: "only tells whether a value may be in it" };
const MEMORY: Reading = { by: "nothing", unlisted: "is memory that programs share, and has no entries" };

const PERF_EVENTS = hiddenSlots("perf events");
const CGROUPS = hiddenSlots("control groups");
const XSK_SOCKETS = hiddenSlots("AF_XDP sockets");

const COOKIES = {
  why: "has sockets for values, and shows their cookies only if values have 8 bytes",
  unless: "cookies",
} as const;
const SOCKET_SLOTS: Reading = { by: "slots", hidden: COOKIES };
const SOCKET_KEYS: Reading = { by: "keys", hidden: COOKIES };

/** The reading of slots whose values the kernel doesn't show. */
function hiddenSlots(what: string): Reading {
  return { by: "slots", hidden: { why: `has ${what} for values, which the kernel doesn't show` } };
}

/** The reading of data that belongs to objects of the kernel. */
function storageOf(owners: string): Reading {
  return {
    by: "nothing",
    unlisted: `keeps its entries with ${owners}, and finds one by a descriptor of its owner only`,
  };
}

function facts(
  name: MapTypeFacts["name"],
  namedSince: MapTypeFacts["namedSince"],
  keys: KeyArrangement,
  values: ValueKind,
  read: Reading,
  whenFull: WhenFull,
  preallocated: MapTypeFacts["preallocated"],
  memlock: MapTypeFacts["memlock"],
): MapTypeFacts {
  return { name, namedSince, keys, values, read, whenFull, preallocated, memlock };
}

/**
 * The table: a row for each number. A row that is missing, and a fact that a row lacks, don't compile. Of `namedSince`:
 * 5.10 stands for every bpftool up to that one, and upstream's 7.1 names cgrp_storage, but Debian's 7.1.0, whose bytes
 * are the ones known here, does not.
 */
const MAP_TYPES: { readonly [Type in MapTypeNumber]: MapTypeFacts } = {
  [T.UNSPEC]: facts("unspec", "5.10", "any", "bytes", BATCH, "refuses", "never", "fixed"),
  [T.HASH]: facts("hash", "5.10", "buckets", "bytes", BATCH, "refuses", "unless-flagged", "elements"),
  [T.ARRAY]: facts("array", "5.10", "indexes", "bytes", BATCH, "fixed", "always", "fixed"),
  [T.PROG_ARRAY]: facts("prog_array", "5.10", "indexes", "prog-id", SLOTS, "fixed", "always", "fixed"),
  [T.PERF_EVENT_ARRAY]: facts("perf_event_array", "5.10", "indexes", "bytes", PERF_EVENTS, "fixed", "always", "fixed"),
  [T.PERCPU_HASH]: facts("percpu_hash", "5.10", "buckets", "per-cpu", BATCH, "refuses", "unless-flagged", "elements"),
  [T.PERCPU_ARRAY]: facts("percpu_array", "5.10", "indexes", "per-cpu", BATCH, "fixed", "always", "fixed"),
  [T.STACK_TRACE]: facts("stack_trace", "5.10", "any", "bytes", KEYS, "refuses", "always", "fixed"),
  [T.CGROUP_ARRAY]: facts("cgroup_array", "5.10", "indexes", "bytes", CGROUPS, "fixed", "always", "fixed"),
  [T.LRU_HASH]: facts("lru_hash", "5.10", "buckets", "bytes", BATCH, "evicts", "always", "fixed"),
  [T.LRU_PERCPU_HASH]: facts("lru_percpu_hash", "5.10", "buckets", "per-cpu", BATCH, "evicts", "always", "fixed"),
  [T.LPM_TRIE]: facts("lpm_trie", "5.10", "tree", "bytes", BATCH, "refuses", "never", "nodes"),
  [T.ARRAY_OF_MAPS]: facts("array_of_maps", "5.10", "indexes", "map-id", BATCH, "fixed", "always", "fixed"),
  [T.HASH_OF_MAPS]: facts("hash_of_maps", "5.10", "buckets", "map-id", BATCH, "refuses", "unless-flagged", "elements"),
  [T.DEVMAP]: facts("devmap", "5.10", "indexes", "bytes", SLOTS, "fixed", "always", "fixed"),
  [T.SOCKMAP]: facts("sockmap", "5.10", "indexes", "bytes", SOCKET_SLOTS, "fixed", "always", "fixed"),
  [T.CPUMAP]: facts("cpumap", "5.10", "indexes", "bytes", SLOTS, "fixed", "always", "fixed"),
  [T.XSKMAP]: facts("xskmap", "5.10", "indexes", "bytes", XSK_SOCKETS, "fixed", "always", "fixed"),
  [T.SOCKHASH]: facts("sockhash", "5.10", "any", "bytes", SOCKET_KEYS, "refuses", "never", "fixed"),
  [T.CGROUP_STORAGE]: facts("cgroup_storage", "5.10", "any", "bytes", KEYS, "none", "never", "fixed"),
  [T.REUSEPORT_SOCKARRAY]: facts(
    "reuseport_sockarray",
    "5.10",
    "indexes",
    "bytes",
    SOCKET_SLOTS,
    "fixed",
    "always",
    "fixed",
  ),
  [T.PERCPU_CGROUP_STORAGE]: facts("percpu_cgroup_storage", "5.10", "any", "per-cpu", KEYS, "none", "never", "fixed"),
  [T.QUEUE]: facts("queue", "5.10", "none", "bytes", PEEK, "refuses", "always", "fixed"),
  [T.STACK]: facts("stack", "5.10", "none", "bytes", PEEK, "refuses", "always", "fixed"),
  [T.SK_STORAGE]: facts("sk_storage", "5.10", "any", "bytes", storageOf("sockets"), "none", "never", "fixed"),
  [T.DEVMAP_HASH]: facts("devmap_hash", "5.10", "any", "bytes", KEYS, "refuses", "never", "fixed"),
  [T.STRUCT_OPS]: facts("struct_ops", "5.10", "any", "bytes", KEYS, "fixed", "always", "fixed"),
  [T.RINGBUF]: facts("ringbuf", "5.10", "none", "bytes", STREAM, "drops", "always", "fixed"),
  [T.INODE_STORAGE]: facts("inode_storage", "5.10", "any", "bytes", storageOf("inodes"), "none", "never", "fixed"),
  [T.TASK_STORAGE]: facts("task_storage", "5.11", "any", "bytes", storageOf("tasks"), "none", "never", "fixed"),
  [T.BLOOM_FILTER]: facts("bloom_filter", "5.16", "none", "bytes", MEMBERSHIP, "none", "always", "fixed"),
  [T.USER_RINGBUF]: facts("user_ringbuf", "7.1", "none", "bytes", STREAM, "refuses", "always", "fixed"),
  [T.CGRP_STORAGE]: facts("cgrp_storage", "7.2", "any", "bytes", storageOf("control groups"), "none", "never", "fixed"),
  [T.ARENA]: facts("arena", "7.4", "none", "bytes", MEMORY, "none", "never", "fixed"),
  [T.INSN_ARRAY]: facts("insn_array", "7.7", "indexes", "bytes", SLOTS, "fixed", "always", "fixed"),
  [T.RHASH]: facts("rhash", "7.8", "any", "bytes", BATCH, "refuses", "never", "fixed"),
};

/**
 * The assumption about a type that is newer than this program: it is read like any other, and the kernel's answers
 * decide.
 */
const UNKNOWN_TYPE: MapTypeFacts = MAP_TYPES[T.UNSPEC];

/** Returns the facts about a map type; those of an ordinary map for a type that is newer than this program. */
export function mapTypeFacts(type: number): MapTypeFacts {
  return rowOf(type) ?? UNKNOWN_TYPE;
}

/**
 * Returns the name of a map type, or undefined if it has none. Each bpftool knows the types of its time and prints the
 * number of a newer one: `bpftool` is a version such as "7.5". Without it all names are known.
 */
export function mapTypeName(type: number, bpftool?: string): string | undefined {
  if (bpftool === undefined) return rowOf(type)?.name;
  const name = namesOf.get(bpftool)?.get(type);
  return name ?? nameKnownTo(bpftool, type);
}

/** The names that were asked for, by the version of bpftool that knows them. */
const namesOf = new Map<string, Map<number, string>>();

function nameKnownTo(bpftool: string, type: number): string | undefined {
  const row = rowOf(type);
  if (row === undefined || isBefore(bpftool, row.namedSince)) return undefined;
  namesOf.set(bpftool, (namesOf.get(bpftool) ?? new Map()).set(type, row.name));
  return row.name;
}

function rowOf(type: number): MapTypeFacts | undefined {
  return Object.hasOwn(MAP_TYPES, type) ? MAP_TYPES[type as MapTypeNumber] : undefined;
}

function isBefore(version: string, other: string): boolean {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [version, other].map((one) =>
    one.split(".").map(Number),
  ) as [number[], number[]];
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

/** The names of all known map types. */
export const MAP_TYPE_NAMES: readonly string[] = Object.values(MAP_TYPES)
  .map(({ name }) => name)
  .filter((name) => name !== "unspec");

/** Tells whether maps of a type have one value for each possible CPU. */
export function isPerCpu(type: number): boolean {
  return mapTypeFacts(type).values === "per-cpu";
}

/** Tells whether values of a type are the ids of maps. */
export function isMapOfMaps(type: number): boolean {
  return mapTypeFacts(type).values === "map-id";
}

/** Maps whose values are ids, of maps or of programs. */
export function holdsIds(type: number): boolean {
  return ["map-id", "prog-id"].includes(mapTypeFacts(type).values);
}

/** Tells whether maps of a type hold records that flow through, from programs to a process or the other way. */
export function isRingBuffer(type: number): boolean {
  return mapTypeFacts(type).read.by === "stream";
}

/**
 * Tells whether `events` reads maps of a type: ring buffers, and the arrays whose slots hold the perf events of CPUs.
 */
export function isStream(type: number): boolean {
  return isRingBuffer(type) || type === T.PERF_EVENT_ARRAY;
}

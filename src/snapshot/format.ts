import { roundUp8 } from "../bytes.ts";
import type { EntryShape, ReadReport } from "../reader/entries.ts";
import type { MapFdinfo, MapTypes } from "../reader/map-source.ts";
import type { MapInfo } from "../sys/info.ts";
import { mapTypeFacts } from "../sys/map-types.ts";

/**
 * The snapshot format, version 1.
 *
 * A snapshot is UTF-8 text of newline-delimited JSON, compressed with gzip if the file name ends in `.gz` (a reader
 * goes by the first two bytes). It consists of one or more *sections*, one a map, one behind the other; so snapshots
 * can be concatenated with `cat`, compressed ones too. Several sections are several maps that share a name.
 *
 * A section is a header line, any number of entry lines, at most one peek line, and a trailer line. Every line ends
 * in a newline, also the last one. Integers of 64 bits are strings of decimal digits. Bytes are strings of lower-case
 * hex digits, in the byte order of the machine they come from. Text that isn't valid UTF-8 has the escape
 * `\udc80`…`\udcff` for each byte that isn't part of a valid sequence. A reader ignores fields it doesn't know in
 * headers and trailers; any change that it may not ignore gets a new version number.
 *
 * Header (begins with exactly {@link HEADER_START}, at most {@link MAX_HEADER_BYTES} in a file altogether):
 *
 *     {"format":"ebpf-map-snapshot","version":1,"tool":"ebpf-map 0.1.0","kernel":"6.18.0","arch":"x64",
 *      "byteOrder":"little","time":"2026-01-31T12:00:00.000Z","bootTimeOffsetNs":"1769817600000000000",
 *      "possibleCpus":0,"map":{…},"fdinfo":{…},"types":…}
 *
 * - `bootTimeOffsetNs`: wall clock minus CLOCK_BOOTTIME, so that a kernel time stamp plus this is a wall clock time.
 * - `possibleCpus`: the slots of each value of a per-CPU map; 0 for any other map.
 * - `map`: of `struct bpf_map_info` `type id keySize valueSize maxEntries mapFlags name ifindex`,
 *   `btfVmlinuxValueTypeId btfId btfKeyTypeId btfValueTypeId`, and as strings `netnsDev netnsIno mapExtra`.
 * - `fdinfo`: of the lines of /proc/PID/fdinfo/FD, as text, those that were there: `memlock frozen ownerProgType
 *   ownerJited`.
 * - `types`: null if the map has no BTF; `{"state":"unavailable","reason":"…","errno":N}` if it couldn't be had; else
 *   `{"keyTypeId":N,"valueTypeId":N,"littleEndian":true,"kinds":[…],"fourBitKinds":true,
 *   "byId":{"5":{"kind":"int",…},…}}`: what `TypeSource` in src/btf/types.ts says of the whole BTF, and under their ids
 *   the types that decode a key or value, as `BtfType` there has them. Behind a pointer, a struct or union is cut down
 *   to a forward declaration (`fwd`).
 *
 * Entry: `{"key":"…","value":"…"}`, or `{"key":"…","errno":2}` where the value couldn't be read. A map without keys has
 * no `key`. A value in a per-CPU map is all its slots in a row, each `valueSize` rounded up to a multiple of 8.
 *
 * Peek (begins with exactly {@link PEEK_START}), for a queue or stack that isn't empty: `{"peek":"…"}`, the value that
 * a peek gives, which is the only one that can be read.
 *
 * Trailer (begins with exactly {@link TRAILER_START} and ends as shown):
 *
 *     {"entries":N,"report":{"complete":true,"mode":"batch","entries":N,"restarts":0,"duplicates":0,"skipped":0,
 *      "retries":0,"bytes":N,"errno":0},"sha256":"…"}
 *
 * - `entries`: the number of entry lines. `report`: how the map was read (`ReadReport` in src/reader/entries.ts); with
 *   a `stop` where the read ended before the end of the map.
 * - `sha256`: of all bytes of the section, uncompressed, up to and without `,"sha256"`.
 */
export const FORMAT_VERSION = 1;

export const HEADER_START = '{"format":"ebpf-map-snapshot"';
export const PEEK_START = '{"peek":';
export const TRAILER_START = '{"entries":';

/** The limit for all headers of a file together. Only types make a header long; real ones have a few KiB. */
export const MAX_HEADER_BYTES: number = 32 * 1024 * 1024;
/** The limit for the rest of a line beside the digits of a key and a value: names, white space, a trailer's report. */
const MAX_LINE_EXTRA = 4096;
/** The limit for a key: the kernel's own, KMALLOC_MAX_SIZE. */
export const MAX_KEY_BYTES: number = 4 * 1024 * 1024;
/** The limit for a value, all slots of a per-CPU one together. */
export const MAX_VALUE_BYTES: number = 1024 * 1024 * 1024;
/** The longest line that is ever held in memory whole. A longer one has to be exactly as this program writes it. */
export const MAX_WHOLE_LINE: number = 16 * 1024 * 1024;
export const MAX_CPUS: number = 1024 * 1024;

/** A header as read back. */
export interface SnapshotHeader {
  /** Name and version of the program that wrote it: `ebpf-map 0.1.0`. */
  readonly tool: string;
  /** Release of the kernel that the map was read from: `6.18.0`. */
  readonly kernel: string;
  readonly arch: string;
  /** Byte order of keys and values. */
  readonly littleEndian: boolean;
  /** The moment at which it was taken: ISO 8601, UTC. */
  readonly time: string;
  /** Wall clock minus CLOCK_BOOTTIME at that time. */
  readonly bootTimeOffsetNs: bigint;
  /** Slots of a per-CPU value; 0 for any other map. */
  readonly possibleCpus: number;
  readonly map: MapInfo;
  readonly fdinfo: MapFdinfo;
  readonly types: MapTypes;
}

/** A trailer as read back, without its checksum. */
export interface SnapshotTrailer {
  readonly entries: number;
  readonly report: ReadReport;
}

/**
 * The layout of entries in memory. It follows from the sizes in the header alone, so that a map of a type that this
 * program doesn't know can be read too.
 */
export function snapshotShape(map: Pick<MapInfo, "keySize" | "valueSize">, cpus: number): EntryShape {
  const valueStride = cpus === 0 ? map.valueSize : roundUp8(map.valueSize) * cpus;
  return { keySize: map.keySize, valueSize: map.valueSize, cpus, valueStride };
}

/** The longest line that an entry, a peek or a trailer of such a map can have, without its newline. */
export function lineLimit(shape: EntryShape): number {
  return 2 * (shape.keySize + shape.valueStride) + MAX_LINE_EXTRA;
}

/** True for a queue or stack: it has no keys to go by, but can be peeked at. */
export function isPeekable(map: Pick<MapInfo, "type">): boolean {
  return mapTypeFacts(map.type).read.by === "peek";
}

import type { MapFdinfo, MapSource } from "../reader/map-source.ts";
import type { MapInfo } from "../sys/info.ts";
import {
  bigintField,
  type Fields,
  field,
  integerField,
  objectField,
  optionalText,
  parseObject,
  textField,
  U32_MAX,
} from "./fields.ts";
import {
  FORMAT_VERSION,
  HEADER_START,
  MAX_CPUS,
  MAX_KEY_BYTES,
  MAX_VALUE_BYTES,
  type SnapshotHeader,
  snapshotShape,
} from "./format.ts";
import { Malformed } from "./malformed.ts";
import { typesFromJson, typesToJson } from "./types-json.ts";

/** The machine and the moment, as a header has them. Passed in: nothing in this folder asks for them. */
export interface SnapshotOrigin {
  /** Name and version of this program: `ebpf-map 0.1.0`. */
  readonly tool: string;
  /** Release of the running kernel. */
  readonly kernel: string;
  readonly arch: string;
  readonly littleEndian: boolean;
  readonly now: Date;
  /** Wall clock minus CLOCK_BOOTTIME. */
  readonly bootTimeOffsetNs: bigint;
}

/** The header line of a map, with its newline. */
export function headerLine(map: MapSource, origin: SnapshotOrigin): string {
  // The types that a map needs are in the header themselves.
  const { btfVmlinuxId: _, ...info } = map.info;
  const rest = {
    version: FORMAT_VERSION,
    tool: origin.tool,
    kernel: origin.kernel,
    arch: origin.arch,
    byteOrder: origin.littleEndian ? "little" : "big",
    time: origin.now.toISOString(),
    bootTimeOffsetNs: origin.bootTimeOffsetNs,
    possibleCpus: map.shape.cpus,
    map: info,
    fdinfo: map.fdinfo,
    types: typesToJson(map.types()),
  };
  return `${HEADER_START},${JSON.stringify(rest, bigintAsText).slice(1)}\n`;
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** Reads a header line back, every field checked. Throws Malformed. */
export function parseSnapshotHeader(line: string): SnapshotHeader {
  const fields = parseObject(line);
  checkVersion(fields);
  const header = {
    tool: textField(fields, "tool"),
    kernel: textField(fields, "kernel"),
    arch: textField(fields, "arch"),
    littleEndian: isLittleEndian(fields),
    time: timeField(fields),
    bootTimeOffsetNs: bigintField(fields, "bootTimeOffsetNs", I64_MAX, -I64_MAX),
    possibleCpus: integerField(fields, "possibleCpus", MAX_CPUS),
    map: mapInfo(objectField(fields, "map")),
    fdinfo: mapFdinfo(objectField(fields, "fdinfo")),
    types: typesFromJson(field(fields, "types")),
  };
  checkSize(header);
  return header;
}

const I64_MAX = 0x7fff_ffff_ffff_ffffn;

function checkVersion(fields: Fields): void {
  const version = integerField(fields, "version", U32_MAX, 1);
  if (version === FORMAT_VERSION) return;
  throw new Malformed(
    `the format has version ${version}, this program knows ${FORMAT_VERSION} (made by a newer ebpf-map)`,
  );
}

function isLittleEndian(fields: Fields): boolean {
  const order = field(fields, "byteOrder");
  if (order === "little" || order === "big") return order === "little";
  throw new Malformed('"byteOrder" isn\'t "little" or "big"');
}

function timeField(fields: Fields): string {
  const time = textField(fields, "time");
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time)) return time;
  throw new Malformed('"time" isn\'t an ISO 8601 time in UTC');
}

function mapInfo(fields: Fields): MapInfo {
  const u32 = (name: string) => integerField(fields, name, U32_MAX);
  return {
    type: u32("type"),
    id: u32("id"),
    keySize: u32("keySize"),
    valueSize: u32("valueSize"),
    maxEntries: u32("maxEntries"),
    mapFlags: u32("mapFlags"),
    name: textField(fields, "name"),
    ifindex: u32("ifindex"),
    btfVmlinuxValueTypeId: u32("btfVmlinuxValueTypeId"),
    netnsDev: bigintField(fields, "netnsDev"),
    netnsIno: bigintField(fields, "netnsIno"),
    btfId: u32("btfId"),
    btfKeyTypeId: u32("btfKeyTypeId"),
    btfValueTypeId: u32("btfValueTypeId"),
    mapExtra: bigintField(fields, "mapExtra"),
  };
}

function mapFdinfo(fields: Fields): MapFdinfo {
  return {
    memlock: optionalText(fields, "memlock"),
    frozen: optionalText(fields, "frozen"),
    ownerProgType: optionalText(fields, "ownerProgType"),
    ownerJited: optionalText(fields, "ownerJited"),
  };
}

/** Refuses sizes for which no buffer should ever be allocated. */
function checkSize({ map, possibleCpus }: SnapshotHeader): void {
  const { keySize, valueStride } = snapshotShape(map, possibleCpus);
  if (keySize > MAX_KEY_BYTES)
    throw new Malformed(`a key would have ${keySize} bytes, at most ${MAX_KEY_BYTES} are possible`);
  if (valueStride <= MAX_VALUE_BYTES) return;
  throw new Malformed(`a value would have ${valueStride} bytes, at most ${MAX_VALUE_BYTES} are possible`);
}

import type { Dialect } from "../../codec/bpftool/dialect.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { MapFdinfo } from "../../reader/map-source.ts";
import type { MapInfo } from "../../sys/info.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import type { MapHolder } from "../../sys/processes.ts";
import { progTypeName } from "../../sys/prog-types.ts";
import type { JsonWriter } from "./json-writer.ts";
import { plainMapHeader, typeLabel, writeMapHeader } from "./map-header.ts";

/** The facts that a list shows of a map. */
export interface BpftoolMap {
  readonly info: MapInfo;
  readonly fdinfo: MapFdinfo;
  /** The name of the interface that the map is offloaded to, if it is known. */
  readonly interfaceName: string | undefined;
  /** The paths of its pins; undefined if pins were not searched or no map is pinned. */
  readonly pins: readonly string[] | undefined;
  /** The processes that hold it open, if they were searched. */
  readonly holders: readonly MapHolder[];
}

/** Prints a map as `bpftool map show` does: a header and two or more indented lines. */
export function listPlain(map: BpftoolMap, dialect: Dialect, out: OutputBuffer): void {
  const { info, fdinfo } = map;
  let text = `${plainMapHeader(info, map.interfaceName, dialect)}\n`;
  text += `\tkey ${info.keySize}B  value ${info.valueSize}B  max_entries ${info.maxEntries}`;
  if (fdinfo.memlock !== undefined) text += `  memlock ${fdinfo.memlock}B`;
  if (info.type === BPF_MAP_TYPE.PROG_ARRAY) text += ownerLine(fdinfo, dialect);
  for (const path of map.pins ?? []) text += `\n\tpinned ${path}`;
  const isFrozen = isTrue(fdinfo.frozen);
  if (info.btfId !== 0) text += `\n\tbtf_id ${info.btfId}${isFrozen ? "  frozen" : ""}`;
  else if (isFrozen) text += "\n\tfrozen";
  if (map.holders.length > 0) {
    text += `\n\tpids ${map.holders.map(({ comm, pid }) => `${comm}(${pid})`).join(", ")}`;
  }
  out.text(`${text}\n`);
}

/** Prints a map as an object of `bpftool -j map show`. */
export function listJson(map: BpftoolMap, dialect: Dialect, json: JsonWriter): void {
  const { info, fdinfo } = map;
  json.open("{");
  writeMapHeader(info, json, dialect);
  if (info.ifindex !== 0) writeDevice(map, json);
  json.name("bytes_key").raw(`${info.keySize}`);
  json.name("bytes_value").raw(`${info.valueSize}`);
  json.name("max_entries").raw(`${info.maxEntries}`);
  if (fdinfo.memlock !== undefined) json.name("bytes_memlock").raw(`${leadingInt(fdinfo.memlock)}`);
  if (info.type === BPF_MAP_TYPE.PROG_ARRAY) writeOwner(fdinfo, json, dialect);
  json.name("frozen").raw(`${leadingInt(fdinfo.frozen)}`);
  if (info.btfId !== 0) json.name("btf_id").raw(`${info.btfId}`);
  if (map.pins) writePins(map.pins, json);
  if (map.holders.length > 0) writeHolders(map.holders, json);
  json.close("}");
}

function ownerLine({ ownerProgType, ownerJited }: MapFdinfo, dialect: Dialect): string {
  if (ownerProgType === undefined && ownerJited === undefined) return "";
  const type = ownerProgType === undefined ? "" : `owner_prog_type ${ownerTypeName(ownerProgType, dialect)}  `;
  const jited = ownerJited === undefined ? "" : `owner${isTrue(ownerJited) ? "" : " not"} jited`;
  return `\n\t${type}${jited}`;
}

function writeOwner({ ownerProgType, ownerJited }: MapFdinfo, json: JsonWriter, dialect: Dialect): void {
  if (ownerProgType !== undefined) {
    json.name("owner_prog_type");
    typeLabel(ownerTypeName(ownerProgType, dialect), json);
  }
  if (ownerJited !== undefined) json.name("owner_jited").raw(`${isTrue(ownerJited)}`);
}

function ownerTypeName(text: string, dialect: Dialect): string | number {
  const type = Number(leadingInt(text));
  return progTypeName(type, dialect.progTypeNames) ?? type;
}

function writeDevice({ info, interfaceName }: BpftoolMap, json: JsonWriter): void {
  json.name("dev").open("{");
  json.name("ifindex").raw(`${info.ifindex}`);
  json.name("ns_dev").raw(`${info.netnsDev}`);
  json.name("ns_inode").raw(`${info.netnsIno}`);
  if (interfaceName !== undefined) json.name("ifname").string(interfaceName);
  json.close("}");
}

function writePins(pins: readonly string[], json: JsonWriter): void {
  json.name("pinned").open("[");
  for (const path of pins) json.string(path);
  json.close("]");
}

function writeHolders(holders: readonly MapHolder[], json: JsonWriter): void {
  json.name("pids").open("[");
  for (const { pid, comm } of holders) {
    json.open("{");
    json.name("pid").raw(`${pid}`);
    json.name("comm").string(comm);
    json.close("}");
  }
  json.close("]");
}

/** Tells whether a text begins with a number other than 0, as C's atoi sees it. */
function isTrue(text: string | undefined): boolean {
  return text !== undefined && text !== "0" && leadingInt(text) !== 0n;
}

/** Returns the number at the start of a text, else 0, as C's atoll does. */
function leadingInt(text: string | undefined): bigint {
  return BigInt(/^\s*([+-]?\d+)/.exec(text ?? "")?.[1] ?? 0);
}

import type { MapFdinfo } from "../../reader/map-source.ts";
import { UNKNOWN_INFO } from "../../reader/views/unread-map.ts";
import type { MapInfo } from "../../sys/info.ts";
import { BPF_MAP_TYPE, mapTypeName } from "../../sys/map-types.ts";
import { type JsonNode, jsonMember } from "./json-node.ts";

/** A map's facts from bpftool's `map show`, or from the first members of one of several that `map dump name` prints. */
export interface MapShowFacts {
  readonly info: MapInfo;
  readonly fdinfo: MapFdinfo;
}

export const NO_FDINFO: MapFdinfo = {
  memlock: undefined,
  frozen: undefined,
  ownerProgType: undefined,
  ownerJited: undefined,
};

/** Reads the facts of a map; undefined for an object that isn't about one. */
export function mapFacts(node: JsonNode): MapShowFacts | undefined {
  const id = number(node, "id");
  if (id === undefined || jsonMember(node, "type") === undefined) return undefined;
  const info: MapInfo = {
    ...UNKNOWN_INFO,
    id,
    type: mapType(node),
    name: text(node, "name") ?? "",
    mapFlags: number(node, "flags") ?? 0,
    keySize: number(node, "bytes_key") ?? 0,
    valueSize: number(node, "bytes_value") ?? 0,
    maxEntries: number(node, "max_entries") ?? 0,
    ifindex: number(node, "ifindex") ?? 0,
    btfId: number(node, "btf_id") ?? 0,
  };
  const ownerJited = jsonMember(node, "owner_jited");
  const fdinfo: MapFdinfo = {
    memlock: text(node, "bytes_memlock"),
    frozen: text(node, "frozen"),
    ownerProgType: text(node, "owner_prog_type"),
    ownerJited: ownerJited?.kind === "word" ? (ownerJited.text === "true" ? "1" : "0") : undefined,
  };
  return { info, fdinfo };
}

/** The number of a type's name; bpftool prints the number of a type that it doesn't know. */
function mapType(node: JsonNode): number {
  const type = jsonMember(node, "type");
  if (type?.kind !== "string") return number(node, "type") ?? BPF_MAP_TYPE.UNSPEC;
  return Object.values(BPF_MAP_TYPE).find((one) => mapTypeName(one) === type.text) ?? BPF_MAP_TYPE.UNSPEC;
}

function number(node: JsonNode, name: string): number | undefined {
  const member = jsonMember(node, name);
  if (member?.kind !== "word" || !/^\d{1,10}$/.test(member.text)) return undefined;
  const value = Number(member.text);
  return value <= 0xffff_ffff ? value : undefined;
}

function text(node: JsonNode, name: string): string | undefined {
  const member = jsonMember(node, name);
  return member?.kind === "string" || member?.kind === "word" ? member.text : undefined;
}

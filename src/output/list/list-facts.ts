import { strictJsonString } from "../../codec/json/strict-json.ts";
import type { MapFdinfo } from "../../reader/map-source.ts";
import { attachmentText } from "../../reader/owners/attachment.ts";
import { ownerName, ownersText } from "../../reader/owners/owner-text.ts";
import type { Attachment, MapOwners } from "../../reader/owners/owners.ts";
import type { MapInfo } from "../../sys/info.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import type { ShownFact } from "../facts/fact-writer.ts";
import { bytesText } from "../quantities.ts";

/** The facts that a list has about a map. */
export interface ListFacts {
  readonly info: MapInfo;
  readonly fdinfo: MapFdinfo;
  /** Undefined if they weren't looked for. */
  readonly pins: readonly string[] | undefined;
  readonly owners: MapOwners | undefined;
}

const INFO_FACTS: readonly ShownFact<ListFacts>[] = [
  { name: "id", kind: "integer", value: ({ info }) => BigInt(info.id) },
  { name: "name", kind: "text", value: ({ info }) => info.name },
  { name: "type", kind: "text", value: ({ info }) => mapTypeName(info.type) ?? `type ${info.type}` },
  { name: "key_size", title: "key", kind: "integer", value: ({ info }) => BigInt(info.keySize) },
  { name: "value_size", title: "value", kind: "integer", value: ({ info }) => BigInt(info.valueSize) },
  { name: "max_entries", title: "max", kind: "integer", value: ({ info }) => BigInt(info.maxEntries) },
  {
    name: "memlock",
    title: "memory",
    kind: "integer",
    value: ({ fdinfo }) => memlockOf(fdinfo),
    cell: ({ fdinfo }) => {
      const bytes = memlockOf(fdinfo);
      return bytes === undefined ? "-" : bytesText(bytes);
    },
  },
];

/** Columns that a table shows only if they are asked for. */
const DETAIL_FACTS: readonly ShownFact<ListFacts>[] = [
  {
    name: "flags",
    kind: "integer",
    value: ({ info }) => BigInt(info.mapFlags),
    cell: ({ info }) => `0x${info.mapFlags.toString(16)}`,
  },
  {
    name: "frozen",
    kind: "flag",
    value: ({ fdinfo }) => isFrozen(fdinfo),
  },
  { name: "btf_id", kind: "integer", value: ({ info }) => BigInt(info.btfId) },
];

const PIN_FACT: ShownFact<ListFacts> = { name: "pinned", kind: "texts", value: ({ pins }) => pins };

const OWNER_FACTS: readonly ShownFact<ListFacts>[] = [
  { name: "owner", kind: "text", value: ({ owners }) => owners && ownerName(owners) },
  { name: "owners", kind: "text", value: ({ owners }) => owners && ownersText(owners) },
  { name: "orphaned", kind: "flag", value: ({ owners }) => owners?.isOrphaned },
  {
    name: "programs",
    kind: "texts",
    value: ({ owners }) => owners?.programs.map(({ name }) => name),
    json: ({ owners }) => programsJson(owners),
  },
  {
    name: "processes",
    kind: "texts",
    value: ({ owners }) => owners?.processes.map(({ comm }) => comm),
    json: ({ owners }) => processesJson(owners),
  },
  {
    name: "attached",
    kind: "texts",
    value: ({ owners }) => owners && allAttachments(owners).map(attachmentText),
    json: ({ owners }) => (owners === undefined ? "null" : attachmentsJson(owners.attachments)),
  },
  {
    name: "outer_maps",
    kind: "texts",
    value: ({ owners }) => owners?.outerMaps.map(String),
    json: ({ owners }) => (owners === undefined ? "null" : `[${owners.outerMaps.join(",")}]`),
  },
  { name: "owners_complete", kind: "flag", value: ({ owners }) => owners?.isComplete },
];

/** All columns of a list of maps. */
export const MAP_FACTS: readonly ShownFact<ListFacts>[] = [...INFO_FACTS, ...DETAIL_FACTS, PIN_FACT, ...OWNER_FACTS];

/** Names of the columns for which owners, or pins alone, must be looked up. */
export const OWNER_COLUMNS: ReadonlySet<string> = new Set(OWNER_FACTS.map(({ name }) => name));
export const PIN_COLUMN: string = PIN_FACT.name;

/** Returns the columns of a list without `--select`: a table shows owners as a line, other formats as objects. */
export function usualFacts(
  format: "table" | "csv" | "objects",
  has: { readonly pins: boolean; readonly owners: boolean },
): readonly ShownFact<ListFacts>[] {
  const pins = has.pins ? [PIN_FACT] : [];
  const named = (...names: readonly string[]): ShownFact<ListFacts>[] =>
    has.owners ? OWNER_FACTS.filter(({ name }) => names.includes(name)) : [];
  switch (format) {
    case "table":
      return [...INFO_FACTS, ...pins, ...named("owners")];
    case "csv":
      return [...INFO_FACTS, ...DETAIL_FACTS, ...pins, ...named("owner", "owners", "orphaned")];
    case "objects":
      return [
        ...INFO_FACTS,
        ...DETAIL_FACTS,
        ...pins,
        ...named("owner", "orphaned", "programs", "processes", "attached", "outer_maps", "owners_complete"),
      ];
  }
  return format satisfies never;
}

/** True if nobody may change the map any more; undefined where the kernel or the snapshot doesn't say. */
export function isFrozen({ frozen }: MapFdinfo): boolean | undefined {
  return frozen === undefined ? undefined : frozen.trim() !== "0";
}

function memlockOf({ memlock }: MapFdinfo): bigint | undefined {
  const digits = /^\d+/.exec(memlock ?? "")?.[0];
  return digits === undefined ? undefined : BigInt(digits);
}

function allAttachments(owners: MapOwners): Attachment[] {
  return [...owners.attachments, ...owners.programs.flatMap(({ attachments }) => attachments)];
}

function programsJson(owners: MapOwners | undefined): string {
  if (owners === undefined) return "null";
  const programs = owners.programs.map(({ id, name, type, relation, attachments, isUntold }) => {
    const attached = isUntold ? "null" : attachmentsJson(attachments);
    const members = `"id":${id},"name":${strictJsonString(name)},"type":${strictJsonString(type)}`;
    return `{${members},"relation":"${relation}","attached":${attached}}`;
  });
  return `[${programs.join(",")}]`;
}

function attachmentsJson(attachments: readonly Attachment[]): string {
  const all = attachments.map(({ kind, hook, target, link }) => {
    const members = [`"kind":${strictJsonString(kind)}`];
    if (hook !== undefined) members.push(`"hook":${strictJsonString(hook)}`);
    members.push(`"target":${strictJsonString(target)}`);
    if (link !== undefined) members.push(`"link":${link}`);
    return `{${members.join(",")}}`;
  });
  return `[${all.join(",")}]`;
}

function processesJson(owners: MapOwners | undefined): string {
  if (owners === undefined) return "null";
  const processes = owners.processes.map(({ pid, comm, holds }) => {
    return `{"pid":${pid},"comm":${strictJsonString(comm)},"holds":${JSON.stringify(holds)}}`;
  });
  return `[${processes.join(",")}]`;
}

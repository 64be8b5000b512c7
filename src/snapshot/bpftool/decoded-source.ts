import { roundUp8 } from "../../bytes.ts";
import type { EntryShape, EntrySource } from "../../reader/entries.ts";
import type { MapSource, MapTypes, SnapshotMoment } from "../../reader/map-source.ts";
import type { MapInfo } from "../../sys/info.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import { MAX_KEY_BYTES, MAX_VALUE_BYTES, snapshotShape } from "../format.ts";
import { Malformed } from "../malformed.ts";
import type { FileMap } from "../read/file-map.ts";
import type { SnapshotFile } from "../read/snapshot-file.ts";
import { type DecodedMap, DecodedTypes, newDecodedMap } from "./decoded-shape.ts";
import type { PrintedMap } from "./documents.ts";
import { type EntryParts, entryParts } from "./entry-parts.ts";
import { OPEN_OBJECT } from "./json-bytes.ts";
import { type JsonNode, jsonMember, readNode } from "./json-node.ts";
import { EntryTexts, invalidOutput, PrintedEntries, SKIPPED, type TakeEntry } from "./printed-entries.ts";
import { lookupAmong, nextKeyAmong } from "./search.ts";

/** The facts that a map of decoded values takes from the one that was printed. */
export type PrintedFacts = Pick<FileMap, "info" | "fdinfo" | "label" | "origin">;

/** The decoded part of an entry. */
interface DecodedEntry {
  readonly key: JsonNode | undefined;
  /** One; of a per-CPU map, one for each CPU that was printed. */
  readonly values: readonly JsonNode[];
  readonly isPerCpu: boolean;
}

/** Looks at all entries, and makes a map of what bpftool made of them. Throws SNAPSHOT_INVALID. */
export async function openDecoded(
  source: PrintedFacts,
  file: SnapshotFile,
  map: PrintedMap,
  decoded: DecodedMap = newDecodedMap(),
): Promise<DecodedSource> {
  decoded.missing = 0;
  using texts = new EntryTexts(file, map);
  try {
    while (await texts.next((bytes, start, end) => see(decoded, decodedEntry(bytes, start, end)))) {}
  } catch (error) {
    throw error instanceof Malformed ? invalidOutput(file.path, error.message) : error;
  }
  return new DecodedSource(source, file, map, decoded);
}

function see(decoded: DecodedMap, entry: DecodedEntry | undefined): void {
  if (entry === undefined) decoded.missing++;
  else {
    if (entry.key !== undefined) {
      decoded.hasKeys = true;
      decoded.key.see(entry.key);
    }
    for (const value of entry.values) decoded.value.see(value);
    if (entry.isPerCpu) decoded.cpus = Math.max(decoded.cpus, entry.values.length);
  }
}

/**
 * A map of what bpftool made of the entries of another: names and values, without the bytes. The bytes here are made
 * from them, and not the map's. It belongs to the other map and is to be used while that is open.
 */
class DecodedSource implements MapSource {
  readonly info: MapInfo;
  readonly fdinfo: PrintedFacts["fdinfo"];
  readonly shape: EntryShape;
  readonly label: string;
  readonly origin: SnapshotMoment;
  readonly typesGiven = true;
  /** Entries without a decoded part, which are left out. */
  readonly missing: number;
  readonly signature: string;
  readonly #file: SnapshotFile;
  readonly #map: PrintedMap;
  readonly #decoded: DecodedMap;
  readonly #types: MapTypes;

  constructor(source: PrintedFacts, file: SnapshotFile, map: PrintedMap, decoded: DecodedMap) {
    const { key, value, hasKeys, cpus, missing } = decoded;
    const types = new DecodedTypes();
    const keyTypeId = hasKeys ? key.type(types) : 0;
    this.#types = { state: "known", types, keyTypeId, valueTypeId: value.type(types) };
    // A trie's keys are networks by their bytes, and these are others.
    const type = source.info.type === BPF_MAP_TYPE.LPM_TRIE ? BPF_MAP_TYPE.UNSPEC : source.info.type;
    this.info = { ...source.info, type, keySize: hasKeys ? key.size : 0, valueSize: value.size };
    this.shape = snapshotShape(this.info, cpus);
    if (this.shape.keySize > MAX_KEY_BYTES || this.shape.valueStride > MAX_VALUE_BYTES)
      throw invalidOutput(file.path, "what bpftool made of the entries is too large to be shown");
    this.fdinfo = source.fdinfo;
    this.label = source.label;
    this.origin = source.origin;
    this.missing = missing;
    this.signature = JSON.stringify([this.shape, types.all]);
    this.#file = file;
    this.#map = map;
    this.#decoded = decoded;
  }

  types(): MapTypes {
    return this.#types;
  }

  entries(): EntrySource {
    return new PrintedEntries(this.#file, this.#map, this.shape, takeDecoded(this.#decoded, this.shape));
  }

  lookup(key: Uint8Array | null, value: Uint8Array, turn?: () => void): Promise<number> {
    return lookupAmong(this.entries(), this.shape, key, value, turn);
  }

  nextKey(key: Uint8Array | null, next: Uint8Array): Promise<number> {
    return nextKeyAmong(this.entries(), this.shape, key, next);
  }

  [Symbol.dispose](): void {}
}

/** Takes entries by the decoded part that bpftool prints. */
function takeDecoded({ key, value }: DecodedMap, { keySize, valueSize, valueStride, cpus }: EntryShape): TakeEntry {
  const stride = cpus === 0 ? 0 : roundUp8(valueSize);
  return (batch, text, start, end) => {
    const entry = decodedEntry(text, start, end);
    if (entry === undefined) return SKIPPED;
    if (entry.key !== undefined) key.write(entry.key, batch.keys, batch.count * keySize);
    for (const [i, node] of entry.values.entries())
      value.write(node, batch.values, batch.count * valueStride + i * stride);
    return 0;
  };
}

/**
 * The decoded part of an entry; undefined for one without. What bpftool left out, a bad value for instance, is empty.
 */
function decodedEntry(bytes: Buffer, start: number, end: number): DecodedEntry | undefined {
  const parts: EntryParts = entryParts(bytes, start, end);
  const whole = parts.formatted >= 0 ? readNode(bytes, parts.formatted, parts.formattedEnd) : undefined;
  const node = whole ?? (isBytes(bytes, parts) ? undefined : readNode(bytes, start, end));
  if (node?.kind !== "object") return undefined;
  const [key, value, values] = [jsonMember(node, "key"), jsonMember(node, "value"), jsonMember(node, "values")];
  if (values?.kind === "array") {
    const nodes = values.items.map((item) => jsonMember(item, "value") ?? EMPTY);
    return { key, values: nodes, isPerCpu: true };
  }
  const shown = value === undefined ? EMPTY : key === undefined ? variables(value) : value;
  return { key, values: [shown], isPerCpu: false };
}

const EMPTY: JsonNode = { kind: "object", members: [] };

/** Tells of an entry without a decoded part whether it has bytes, or the error in their place. */
function isBytes(bytes: Buffer, { key, value }: EntryParts): boolean {
  const at = key >= 0 ? key : value;
  const first = /^\[\s*(?:"0x[0-9a-f]{2}"|\])/.test(bytes.toString("latin1", at, at + 64));
  return (
    first || (key < 0 && bytes[value] === OPEN_OBJECT && /^\{\s*"error"/.test(bytes.toString("latin1", at, at + 64)))
  );
}

/** The variables of a data section, `{".data":[{"a":1},{"b":2}]}`, as a record of them. */
function variables(value: JsonNode): JsonNode {
  const [only, ...others] = value.kind === "object" ? value.members : [];
  if (only === undefined || others.length > 0 || only[1].kind !== "array") return value;
  const members = only[1].items.flatMap((item) =>
    item.kind === "object" && item.members.length === 1 ? item.members : [],
  );
  return members.length === only[1].items.length ? { kind: "object", members } : value;
}

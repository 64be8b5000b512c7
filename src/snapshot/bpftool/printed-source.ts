import type { EntryShape } from "../../reader/entries.ts";
import type { MapFdinfo, MapTypes, SnapshotMoment } from "../../reader/map-source.ts";
import { answeringKey } from "../../reader/tries/answering-key.ts";
import { UNKNOWN_INFO } from "../../reader/views/unread-map.ts";
import type { MapInfo } from "../../sys/info.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import { snapshotShape } from "../format.ts";
import type { DecodedFileMap, FileMap } from "../read/file-map.ts";
import type { SnapshotFile } from "../read/snapshot-file.ts";
import type { DecodedMap } from "./decoded-shape.ts";
import type { Documents, PrintedMap } from "./documents.ts";
import { type MapShowFacts, NO_FDINFO } from "./map-facts.ts";
import { takeBytes } from "./printed-bytes.ts";
import { invalidOutput, PrintedEntries } from "./printed-entries.ts";
import { lookupAmong, nextKeyAmong } from "./search.ts";

/** The parts that stand beside the entries of a map. */
export interface PrintedParts {
  readonly facts: MapShowFacts | undefined;
  readonly types: MapTypes;
  readonly looseBtf: Uint8Array | undefined;
  /** The moment at which it was printed, as far as that is known: ISO 8601, UTC. */
  readonly time: string;
}

/**
 * A map that bpftool has printed as JSON. Its bytes are exact. What isn't printed is unknown: the types, the padding
 * between the values of CPUs, the time, and, unless `map show` stands beside it, most of the map's info.
 */
export class PrintedSource implements FileMap {
  readonly info: MapInfo;
  readonly fdinfo: MapFdinfo;
  readonly shape: EntryShape;
  readonly label: string;
  readonly origin: SnapshotMoment;
  readonly looseBtf?: Uint8Array;
  readonly #file: SnapshotFile;
  readonly #map: PrintedMap;
  readonly #types: MapTypes;
  #isDisposed = false;

  constructor(file: SnapshotFile, map: PrintedMap, { facts, types, looseBtf, time }: PrintedParts) {
    this.info = infoOf(map, facts);
    this.fdinfo = facts?.fdinfo ?? NO_FDINFO;
    this.shape = snapshotShape(this.info, map.sizes.cpus);
    const { id, name } = this.info;
    this.label = `bpftool's ${file.path === "-" ? "output" : file.path} (map ${name || (id === 0 ? "without a name" : `id ${id}`)})`;
    this.origin = { time, bootTimeOffsetNs: 0n, arch: "unknown" };
    this.#file = file.retain();
    this.#map = map;
    this.#types = types;
    if (looseBtf !== undefined) this.looseBtf = looseBtf;
  }

  types(): MapTypes {
    return this.#types;
  }

  entries(): PrintedEntries {
    if (this.#map.sizes.isDecodedOnly) {
      const problem = "it has no bytes, only what they mean (bpftool -j prints both)";
      throw invalidOutput(this.#file.path, problem);
    }
    return new PrintedEntries(this.#file, this.#map, this.shape, takeBytes(this.shape));
  }

  async lookup(key: Uint8Array | null, value: Uint8Array, turn?: () => void): Promise<number> {
    return await lookupAmong(this.entries(), this.shape, await answeringKey(this, key, turn), value, turn);
  }

  nextKey(key: Uint8Array | null, next: Uint8Array): Promise<number> {
    return nextKeyAmong(this.entries(), this.shape, key, next);
  }

  async decoded(seen?: DecodedMap): Promise<DecodedFileMap | undefined> {
    const { hasFormatted, isDecodedOnly } = this.#map.sizes;
    if (!hasFormatted && !isDecodedOnly) return undefined;
    const { openDecoded } = await import("./decoded-source.ts");
    const map = await openDecoded(this, this.#file, this.#map, seen);
    return { map, skipped: map.missing, signature: map.signature };
  }

  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#file.release();
  }
}

/** Returns what `map show` says, else what the entries show. */
function infoOf({ sizes }: PrintedMap, facts: MapShowFacts | undefined): MapInfo {
  const info = facts?.info ?? UNKNOWN_INFO;
  const type = info.type === BPF_MAP_TYPE.UNSPEC && sizes.cpus > 0 ? BPF_MAP_TYPE.PERCPU_HASH : info.type;
  return {
    ...info,
    type,
    keySize: info.keySize || (sizes.keySize ?? 0),
    valueSize: info.valueSize || (sizes.valueSize ?? 0),
  };
}

/**
 * The facts of each map: those that stand with it; else those of its id; else those of the `map show` that comes before
 * it and isn't another's, or behind it.
 */
export function factsOfMaps({ maps, shown }: Documents): (MapShowFacts | undefined)[] {
  const free = new Set(shown.filter(({ isAlone }) => isAlone));
  return maps.map(({ facts }, i) => {
    if (facts !== undefined) {
      const more = shown.find((one) => one.facts.info.id === facts.info.id);
      return more === undefined ? facts : more.facts;
    }
    const candidates = [...free];
    const before = candidates.filter((one) => one.before <= i).at(-1);
    const mine = before ?? (maps.length === 1 ? candidates[0] : undefined);
    if (mine === undefined) return undefined;
    free.delete(mine);
    return mine.facts;
  });
}

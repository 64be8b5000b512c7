import type { EntryBatch, EntryShape, ReadReport } from "../../reader/entries.ts";
import type { MapFdinfo, MapSource, MapTypes } from "../../reader/map-source.ts";
import { answeringKey } from "../../reader/tries/answering-key.ts";
import { ENOENT } from "../../sys/errno.ts";
import type { MapInfo } from "../../sys/info.ts";
import { hasBytes } from "../entry-text.ts";
import { isPeekable, type SnapshotHeader, snapshotShape } from "../format.ts";
import { type Section, scanSections } from "./scan.ts";
import { SectionEntries } from "./section-entries.ts";
import { SnapshotFile } from "./snapshot-file.ts";

/**
 * Opens a snapshot: one source for each of its maps, in the file's order, each to be disposed. Which maps there are
 * and what their headers say has been checked; entries and checksums are as they are read, once per read.
 *
 * Throws FILE if the file can't be read, and SNAPSHOT_INVALID if it is no snapshot, is truncated, or comes from a
 * newer version of the format. A source throws SNAPSHOT_INVALID for anything else that is wrong with its section.
 */
export async function openSnapshotFile(path: string): Promise<SnapshotMap[]> {
  const file = await SnapshotFile.open(path);
  try {
    return await sectionsOf(file);
  } finally {
    file.release();
  }
}

/** The maps of a snapshot that is open, of which they keep shares. */
export async function sectionsOf(file: SnapshotFile): Promise<SnapshotMap[]> {
  return (await scanSections(file)).map((section) => new SnapshotMap(file, section));
}

/** One map of a snapshot file. It is as fast to walk through as to look up a key in, since either reads it all. */
export class SnapshotMap implements MapSource {
  /** The origin of the snapshot: when, where and by what it was made. */
  readonly header: SnapshotHeader;
  readonly shape: EntryShape;
  readonly label: string;
  readonly #file: SnapshotFile;
  readonly #section: Section;
  #disposed = false;

  constructor(file: SnapshotFile, section: Section) {
    const { map, possibleCpus } = section.header;
    this.header = section.header;
    this.shape = snapshotShape(map, possibleCpus);
    this.label = `snapshot ${file.path} (map ${map.name === "" ? `id ${map.id}` : map.name})`;
    this.#file = file.retain();
    this.#section = section;
  }

  get origin(): SnapshotHeader {
    return this.header;
  }

  get machine(): SnapshotHeader {
    return this.header;
  }

  get info(): MapInfo {
    return this.header.map;
  }

  get fdinfo(): MapFdinfo {
    return this.header.fdinfo;
  }

  /** Types that the map didn't have were given when it was saved. */
  get typesGiven(): boolean {
    const { map, types } = this.header;
    return types.state === "known" && map.btfId === 0 && map.btfVmlinuxValueTypeId === 0;
  }

  types(): MapTypes {
    return this.header.types;
  }

  entries(): SectionEntries {
    return new SectionEntries(this.#file, this.#section, this.shape);
  }

  /**
   * The value of the first entry with this key, of a trie of the longest prefix of it; without a key, what a peek gave.
   */
  async lookup(asked: Uint8Array | null, value: Uint8Array, turn?: () => void): Promise<number> {
    const { keySize, valueStride } = this.shape;
    const key = await answeringKey(this, asked, turn);
    let answer: number | undefined;
    const { peek, report } = await this.#readAll((batch, i) => {
      if (answer !== undefined || key === null || !hasBytes(batch.keys, i * keySize, key)) return;
      answer = batch.errnos?.[i] ?? 0;
      if (answer === 0) value.set(batch.values.subarray(i * valueStride, (i + 1) * valueStride));
    }, turn);
    if (answer !== undefined) return answer;
    if (peek === undefined || key !== null) return isPeekable(this.info) ? ENOENT : endErrno(report);
    value.set(peek);
    return 0;
  }

  /** The key behind `key`; the first one for null, and for a key that isn't there, as in a hash map. */
  async nextKey(key: Uint8Array | null, next: Uint8Array): Promise<number> {
    const { keySize } = this.shape;
    let first: Uint8Array | undefined;
    let after: Uint8Array | undefined;
    let found = key === null;
    const { report } = await this.#readAll((batch, i) => {
      const at = i * keySize;
      if (found) after ??= batch.keys.slice(at, at + keySize);
      first ??= batch.keys.slice(at, at + keySize);
      found ||= key !== null && hasBytes(batch.keys, at, key);
    });
    const answer = found ? after : first;
    if (answer === undefined) return endErrno(report);
    next.set(answer);
    return 0;
  }

  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#file.release();
  }

  /** Calls `visit` for each entry, to the end of the section: only then is it certain that the bytes are right. */
  async #readAll(visit: (batch: EntryBatch, i: number) => void, turn?: () => void): Promise<SectionEntries> {
    using entries = this.entries();
    for (let batch = await entries.next(); batch !== undefined; batch = await entries.next()) {
      turn?.();
      for (let i = 0; i < batch.count; i++) visit(batch, i);
    }
    return entries;
  }
}

/** The errno behind the last entry: ENOENT at the end of the map, else the reason why the read ended there. */
function endErrno(report: ReadReport): number {
  return report.errno === 0 ? ENOENT : report.errno;
}

import type { MapSource, SnapshotMoment } from "../../reader/map-source.ts";
import type { DecodedMap } from "../bpftool/decoded-shape.ts";

/** A map of what bpftool made of the entries of another. */
export interface DecodedFileMap {
  readonly map: MapSource;
  /** Entries of which it made nothing. */
  readonly skipped: number;
  /** The types as text: what is decoded by them can be compared where it is the same. */
  readonly signature: string;
}

/** A map of a file; its time and machine are known, or said to be unknown. */
export interface FileMap extends MapSource {
  readonly origin: SnapshotMoment;
  /** BTF that stands in the file without saying which of its types are the map's. */
  readonly looseBtf?: Uint8Array;
  /**
   * Makes a map of what bpftool made of the entries, where the types are missing. `seen` is what earlier outputs of the
   * map had, which the types hold, too; it is widened.
   */
  decoded?(seen?: DecodedMap): Promise<DecodedFileMap | undefined>;
}

/** A file of maps that was opened. */
export interface MapFile {
  /** In the file's order, each to be disposed. */
  readonly maps: readonly FileMap[];
  /** Sentences about what the file says is missing. */
  readonly notes: readonly string[];
}

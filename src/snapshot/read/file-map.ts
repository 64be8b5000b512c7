import type { MapSource, SnapshotMoment } from "../../reader/map-source.ts";

/** A map of a file; its time and machine are known, or said to be unknown. */
export interface FileMap extends MapSource {
  readonly origin: SnapshotMoment;
  /** BTF that stands in the file without saying which of its types are the map's. */
  readonly looseBtf?: Uint8Array;
  /** Makes a map of what bpftool made of the entries, where the types are missing. */
  decoded?(): Promise<{ readonly map: MapSource; readonly skipped: number } | undefined>;
}

/** A file of maps that was opened. */
export interface MapFile {
  /** In the file's order, each to be disposed. */
  readonly maps: readonly FileMap[];
  /** Sentences about what the file says is missing. */
  readonly notes: readonly string[];
}

import type { LayoutLine } from "../../schema/layout-tree.ts";

// What the page gets, from a server or out of a report: types alone, for both sides. Integers that may need more than
// 53 bits are texts of digits.

/** A number of bytes, entries or milliseconds that fits a number; null where it isn't known. */
type Known<Value> = Value | null;

/** The facts about a map that the page shows in a list. */
export interface MapSummary {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly entries: Known<number>;
  /** `≈` for an estimate, `≥` where counting ended early. */
  readonly accuracy: "" | "≈" | "≥";
  /** The share of the room that is used, 0 to 1. */
  readonly ratio: Known<number>;
  readonly whenFull: "refuses" | "evicts" | "drops" | "fixed" | "none";
  /** Bytes of kernel memory. */
  readonly memory: Known<number>;
  readonly growth: Known<{ readonly perSecond: number; readonly fullIn: Known<number> }>;
  /** The use of a ring buffer, in bytes. */
  readonly ring: Known<{ readonly size: number; readonly pending: number; readonly isFull: boolean }>;
  readonly pins: readonly string[];
  /** The programs and processes that use it, in words. */
  readonly owner: string;
  /** The reason why it can't be measured, or was measured in part. */
  readonly trouble: Known<string>;
}

/** A column of the table of entries. */
export interface ShownColumn {
  /** As `--select` and `--sort` take it. */
  readonly path: string;
  readonly title: string;
  readonly side: "key" | "value" | "cpu";
  /** Cells, or the values behind them, are numbers that can be compared and drawn: aligned right. */
  readonly isQuantity: boolean;
  /** The name of its renderer. */
  readonly rendering: Known<string>;
  /** The type's name in C. */
  readonly type: string;
  /** The place of its rate in `Row.rates`; null for a field whose changes aren't counted. */
  readonly counter: Known<number>;
}

/** The question that the page asks about a map. */
export interface MapQuestion {
  readonly id: number;
  readonly where: string;
  /** The order by which the server chooses, where there are too many rows for a page. */
  readonly sort: string;
}

/** The counts that can be drawn as a histogram. */
export type HistogramSource =
  /** Each cell of these columns is a list of counts. */
  | {
      readonly kind: "arrays";
      readonly arrays: readonly { readonly column: number; readonly labels: readonly string[] }[];
    }
  /** A row is a slot: rows whose titles are equal are one histogram. */
  | {
      readonly kind: "keys";
      readonly slot: number;
      readonly count: number;
      readonly titles: readonly number[];
      readonly labels: readonly string[];
      /** The key says by its name that it is a slot. */
      readonly isNamed: boolean;
    };

/** The facts about a map that are fixed as long as its layout stays. */
export interface MapHead {
  /** The words that name it in the command line: `id 7`, `file conns.ndjson.gz`. */
  readonly words: readonly string[];
  /** Lines of the layout; none without types. */
  readonly layout: readonly LayoutLine[];
  /** The types as C text. */
  readonly c: string;
  /** The reason why keys and values are bytes; null where types are known. */
  readonly untyped: Known<string>;
  readonly columns: readonly ShownColumn[];
  readonly histogram: Known<HistogramSource>;
  /** The map is a stream of events, not of entries. */
  readonly isStream: boolean;
}

/** A row. Cells that came from a map are visible text: no control characters, no changes of direction. */
export interface Row {
  /** Stays with its key. */
  readonly id: number;
  readonly cells: readonly string[];
  /** The values behind cells that a renderer made, by column. */
  readonly raw?: Readonly<Record<number, string>>;
  /** The change of each counter in a second; null for one that was reset. Left out of a row that didn't change. */
  readonly rates?: readonly Known<number>[];
}

/** The state of a map's entries, and the reason of one that isn't "ok" or "empty". */
export type EntriesState =
  | { readonly kind: "ok" | "empty" }
  | { readonly kind: "gone" | "unreadable" | "partial"; readonly why: string };

/** The entries of a map at a time. */
export interface ShownEntries {
  readonly state: EntriesState;
  /** The moment at which they were read, in ISO 8601. */
  readonly time: string;
  readonly rows: readonly Row[];
  /** Entries that there is no room for. */
  readonly left: number;
  /** Milliseconds that the read took; 0 for entries of a file. */
  readonly took: number;
  /** Notes on what the rows don't show: why a condition keeps nothing, entries that couldn't be read. */
  readonly notes: readonly string[];
}

/** A map with all that is known about it. */
export interface MapPage {
  readonly map: MapSummary;
  readonly head: MapHead;
  readonly entries: ShownEntries;
  /** The command line's options that chose the rows: `--where 'value.bytes > 0'`. */
  readonly query: readonly string[];
}

/** The data that a report carries. */
export interface Report {
  readonly kind: "report";
  readonly tool: string;
  /** The kernel that the maps are of. */
  readonly kernel: string;
  /** The machine, where it is known. */
  readonly host: string;
  readonly time: string;
  /** The file that the maps are from; "" for this kernel's. */
  readonly file: string;
  readonly maps: readonly MapPage[];
}

/** The facts that a server's page knows from the start. */
export interface Live {
  readonly kind: "live";
  readonly tool: string;
  readonly kernel: string;
  readonly host: string;
}

/** A message about all maps. The first one has the samples of the last minutes, the others have the last. */
export interface MapsFrame {
  readonly maps: readonly MapSummary[];
  /** The reason why maps can't be listed; null where they can. */
  readonly why: Known<string>;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  /** The number of entries at each of `times`, by map. */
  readonly entries: Readonly<Record<number, readonly Known<number>[]>>;
}

/** A message with all that is known of a map; null: it is gone. */
export interface EntriesFrame {
  readonly map: Known<MapSummary>;
  readonly head: Known<MapHead>;
  readonly entries: Known<ShownEntries>;
}

/** A message with the rows that changed since the one before. */
export interface ChangesFrame {
  readonly map: Known<MapSummary>;
  readonly rows: readonly Row[];
  readonly removed: readonly number[];
  readonly entries: Omit<ShownEntries, "rows">;
}

/** An event of a stream. */
export interface ShownEvent {
  /** Counts up from 1. */
  readonly id: number;
  readonly time: string;
  /** Bytes. */
  readonly size: number;
  readonly type: string;
  readonly text: string;
}

/** A message with the events since the one before. */
export interface EventsFrame {
  readonly events: readonly ShownEvent[];
  /** Events since somebody began to look. */
  readonly total: number;
  readonly lost: number;
  /** The times that the stream overtook the reader. */
  readonly overrun: number;
  readonly bytes: number;
}

/** The message about a mistake in a condition, an order or a type. */
export interface MistakeFrame {
  readonly message: string;
}

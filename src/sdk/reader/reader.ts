import { Readable } from "node:stream";
import type { DecodedValue } from "../../codec/access/value-decoder.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { MapInfo } from "../../sys/info.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { checkOptions } from "../check-options.ts";
import type { OpenOptions } from "../handle.ts";
import type { Queried } from "../query/compile.ts";
import type { Grouped, OneCpu, Selected, TextList } from "../query/paths.ts";
import { countRuns, QueryFeed } from "../query/query-feed.ts";
import {
  type AggregateQuery,
  type AnyQuery,
  bounds,
  COUNT_CHECKS,
  type CountQuery,
  type CpuAggregate,
  type CpuEntry,
  type CpuQuery,
  type CpuRows,
  checkTogether,
  type EntryQuery,
  type GroupQuery,
  isQuery,
  QUERY_CHECKS,
  type SelectQuery,
  type ValuesOf,
} from "../query/query-options.ts";
import type { MapSchema } from "../types/map-schema.ts";
import type { BatchView } from "./batch-view.ts";
import { batchesOf, batchesOfSync } from "./batches.ts";
import { Entries, type Project, readFeed, SyncEntries } from "./entries.ts";
import type { EntryCodec } from "./entry-codec.ts";
import { formattedStream } from "./formatted-stream.ts";
import { lookUp, lookUpSync } from "./look-up.ts";
import type { Meter } from "./meter.ts";
import { checkOuter, type OuterKey } from "./outer-map.ts";
import { Holdings, READ_CHECKS, Read, type ReadOptions } from "./read.ts";
import { notSyncError } from "./read-errors.ts";
import type { ReaderOptions } from "./reader-options.ts";
import type { Entry, Rows } from "./rows.ts";
import { checkFormat, checkFormatQuery, type StreamOptions, type TextOptions } from "./stream-format.ts";

/** The parts of a reader; `openMap` puts them together. */
export interface ReaderParts {
  readonly map: MapSource;
  readonly codec: EntryCodec;
  readonly rows: Rows;
  readonly cpus: readonly number[];
  /** The map can only be read asynchronously. */
  readonly isFile: boolean;
  readonly schema: MapSchema;
  readonly meter: Meter | undefined;
  readonly text: TextOptions;
  /** Opens an inner map of this one by its id. */
  readonly openInner: (id: number, options: ReaderOptions) => Reader<unknown, unknown>;
}

/** The part of an entry that an iteration gives. */
type Part = "entry" | "key" | "value";

/** Closes what a reader held that nobody has a reference to any more. */
const forgotten = new FinalizationRegistry<Holdings>((holdings) => holdings[Symbol.dispose]());

/**
 * An open map with typed keys and values. Reads never change the map. Each read is independent of the others: any
 * number may go on at a time, in any number of readers and worker threads. Methods whose names end in `Sync` have the
 * thread until they return; the others let the event loop run every few milliseconds. A snapshot file has only the
 * latter (NOT_SYNC).
 *
 * All throw USAGE for wrong options, CLOSED once the reader is closed, SNAPSHOT_INVALID for a damaged file, and
 * NO_PERMISSION, NOT_READABLE or KERNEL with the errno where the kernel refuses. A read that ends early throws TIMEOUT,
 * ABORTED or INCOMPLETE, whose `details` are the `ReadReport` so far (none for one key). Decoding throws VALUE_RANGE
 * for integers past 2^53 with `int64: "number"`, and VALUE_INVALID for entries that a schema refuses (see `onInvalid`).
 *
 * Close a reader with `using`, `await using` or `close()`; one that is forgotten is closed when garbage-collected.
 */
export class Reader<K = DecodedValue, V = DecodedValue>
  implements Disposable, AsyncDisposable, AsyncIterable<Entry<K, V>>
{
  /** The map's type as bpftool calls it: `hash`, `percpu_array`; its number where that is newer than this program. */
  readonly type: string;
  /** The kernel's `bpf_map_info` of the map: the number of its type, id, name, sizes in bytes, flags. */
  readonly info: MapInfo;
  /** The map as messages name it: `map id 7 (conns)`. */
  readonly label: string;
  /** The CPUs behind the elements of a per-CPU value, in their order; empty for any other map. */
  readonly cpus: readonly number[];
  /** The layout of keys and values that entries are decoded by. */
  readonly schema: MapSchema;
  readonly #parts: ReaderParts;
  readonly #holdings: Holdings;

  /** @internal */
  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.info = parts.map.info;
    this.type = mapTypeName(parts.map.info.type) ?? String(parts.map.info.type);
    this.label = parts.map.label;
    this.cpus = parts.cpus;
    this.schema = parts.schema;
    this.#holdings = new Holdings(parts.map);
    forgotten.register(this, this.#holdings, this);
  }

  /**
   * The parts of an open reader. Throws CLOSED.
   *
   * @internal
   */
  static partsOf(reader: Reader<unknown, unknown>): ReaderParts {
    reader.#holdings.check();
    return reader.#parts;
  }

  /**
   * Resolves to the value of a key (in a trie, of its longest prefix); to undefined if there is none, or a schema
   * refuses it without throwing. The key is as entries give it, or a Uint8Array of `info.keySize` bytes. A file may be
   * read to the end of the map for it. Throws KEY_INVALID for a key that doesn't fit.
   */
  async get(key: K, options: ReadOptions = {}): Promise<V | undefined> {
    return this.#lookup(Reader.partsOf(this).codec.keyBytes(key), options);
  }

  /** Returns what `get` resolves to. Throws NOT_SYNC for a file, as all methods that end in `Sync` do. */
  getSync(key: K): V | undefined {
    return this.#lookupSync(Reader.partsOf(this).codec.keyBytes(key));
  }

  /**
   * Resolves to true if the map has the key; the value isn't decoded. Throws KEY_INVALID for a key that doesn't fit.
   */
  async has(key: K, options: ReadOptions = {}): Promise<boolean> {
    return (await lookUp(this.#holdings, Reader.partsOf(this).codec.keyBytes(key), options)) !== undefined;
  }

  /** Returns what `has` resolves to. */
  hasSync(key: K): boolean {
    return lookUpSync(this.#checkSync(), Reader.partsOf(this).codec.keyBytes(key)) !== undefined;
  }

  /**
   * Resolves to the element that a queue or stack would give next, and leaves it there; to undefined if it is empty.
   * Throws USAGE for a map with keys.
   */
  async peek(options: ReadOptions = {}): Promise<V | undefined> {
    return this.#lookup(null, options);
  }

  /** Returns what `peek` resolves to. */
  peekSync(): V | undefined {
    return this.#lookupSync(null);
  }

  /**
   * Iterates over all entries in the map's own order, or over what a query makes of them: those that `where` keeps, in
   * the order of `sort`, as many as `top` or `limit` says. Values that were gone when they were read are left out; any
   * other value that can't be read ends the loop with an error. See `Entries` for what else ends it.
   *
   * A condition that is text costs what the command's `--where` costs; see `hints` of the result for one that kept
   * nothing. Throws USAGE at once for wrong options; the first row throws QUERY_INVALID with the position of the
   * mistake, or USAGE for options that don't fit the map.
   */
  entries(options?: EntryQuery<K, V>): Entries<Entry<K, V>>;
  /** Iterates over the CPUs of a per-CPU map's entries: a row for "each", or for "any" whose value isn't all zeros. */
  entries(options: CpuQuery): Entries<CpuEntry<K, OneCpu<V>>>;
  /** Iterates over the entries of a per-CPU map, with one value made of all CPUs. */
  entries(options: AggregateQuery): Entries<Entry<K, DecodedValue>>;
  /** Iterates over rows of selected columns, under their paths. */
  entries<const Paths extends TextList, Cpu extends CpuRows | CpuAggregate | undefined = undefined>(
    options: SelectQuery<K, V, Paths> & { readonly perCpu?: Cpu },
  ): Entries<Selected<K, ValuesOf<V, Cpu>, Paths>>;
  /** Iterates over groups of entries with their aggregates, under the texts that name them. */
  entries<
    const By extends TextList,
    const Aggregates extends TextList = "count()",
    Cpu extends CpuRows | CpuAggregate | undefined = undefined,
  >(
    options: GroupQuery<K, V, By, Aggregates> & { readonly perCpu?: Cpu },
  ): Entries<Grouped<K, ValuesOf<V, Cpu>, By, Aggregates>>;
  entries(options: AnyQuery = {}): Entries<unknown> {
    return isQuery(options) ? this.#query(options) : this.#iterate("entry", options);
  }

  /** Iterates over all entries in a plain `for`, without queries; has the thread until it ends. */
  entriesSync(options: ReadOptions = {}): SyncEntries<Entry<K, V>> {
    return this.#iterateSync("entry", options);
  }

  /** Iterates over all keys, those included whose values can't be read. */
  keys(options: ReadOptions = {}): Entries<K> {
    return this.#iterate("key", options);
  }

  /** Iterates over all keys in a plain `for`. */
  keysSync(options: ReadOptions = {}): SyncEntries<K> {
    return this.#iterateSync("key", options);
  }

  /** Iterates over all values, in the order of `entries`. */
  values(options: ReadOptions = {}): Entries<V> {
    return this.#iterate("value", options);
  }

  /** Iterates over all values in a plain `for`. */
  valuesSync(options: ReadOptions = {}): SyncEntries<V> {
    return this.#iterateSync("value", options);
  }

  /** `for await (const { key, value } of reader)`: the same as `entries()`. */
  [Symbol.asyncIterator](): Entries<Entry<K, V>> {
    return this.#iterate("entry", {});
  }

  /** Resolves to all entries at once, in memory that grows with their number. Throws what `entries` throws. */
  async toArray(options: ReadOptions = {}): Promise<Entry<K, V>[]> {
    const all: Entry<K, V>[] = [];
    for await (const entry of this.entries(options)) all.push(entry);
    return all;
  }

  /** Returns what `toArray` resolves to. */
  toArraySync(options: ReadOptions = {}): Entry<K, V>[] {
    return [...this.entriesSync(options)];
  }

  /**
   * Resolves to the number of entries, which are all read without being decoded; with `where` of those that it keeps,
   * with `perCpu` of the rows that it makes of CPUs. Throws what `entries` throws.
   */
  async count(options: CountQuery<K, V> = {}): Promise<number> {
    checkOptions(`read ${this.label}`, options, COUNT_CHECKS);
    if (isQuery(options)) return await countRuns(this.#feed(options));
    const read = this.#start(options).read;
    for await (const _ of batchesOf(read, this.#parts.map, this.#parts.codec));
    return read.counted;
  }

  /** Returns the number of all entries, without queries. */
  countSync(options: ReadOptions = {}): number {
    this.#checkSync();
    const { read } = this.#start(options, true);
    for (const _ of batchesOfSync(read, this.#parts.map, this.#parts.codec));
    return read.counted;
  }

  /** Iterates over batches of raw bytes, without copying; each is valid until the next is asked for (STALE_BATCH). */
  batches(options: ReadOptions = {}): AsyncGenerator<BatchView<K, V>, void, undefined> {
    return batchesOf(this.#start(options).read, this.#parts.map, this.#parts.codec);
  }

  /** Iterates over batches in a plain `for`. */
  batchesSync(options: ReadOptions = {}): Generator<BatchView<K, V>, void, undefined> {
    this.#checkSync();
    return batchesOfSync(this.#start(options, true).read, this.#parts.map, this.#parts.codec);
  }

  /**
   * Returns a stream of entries in object mode, or with `format` of bytes in that format. Reads no faster than it is
   * consumed; `destroy()` ends the read. What a schema refuses is left out of the bytes, too, or ends them; what a
   * schema makes of a value stays with entries. Throws USAGE at once for wrong options. Later errors destroy the
   * stream: QUERY_INVALID, ABORTED, TIMEOUT, CLOSED, and all else that `entries` throws.
   */
  toReadable({ format, onNote, text, csvSafe, ...options }: StreamOptions<K, V> = {}): Readable {
    const { map } = this.#parts;
    checkFormat(map.label, { format, onNote, text, csvSafe });
    if (format === undefined)
      return Readable.from(isQuery(options) ? this.#query(options) : this.entries(bounds(options)));
    this.#checkQuery(options);
    checkFormatQuery(map.label, format, options);
    const { read, rows } = this.#start(bounds(options));
    return formattedStream(this.#queried(rows), read, options, { format, csvSafe, text, note: onNote });
  }

  /**
   * Resolves to a reader of the map that a map of maps holds under a key, opened with options of its own; to undefined
   * if there is none. It is the caller's to close, and needs the rights that opening by id needs. Throws what `get` and
   * `openMap` throw, and USAGE for a map of anything else, whose values aren't ids, and for a file, which doesn't have
   * the inner maps.
   */
  async inner<K2 = DecodedValue, V2 = DecodedValue, Own = V>(
    key: OuterKey<K, Own>,
    options: ReaderOptions<K2, V2> & OpenOptions = {},
  ): Promise<Reader<K2, V2> | undefined> {
    checkOuter(Reader.partsOf(this));
    const { signal, ...opening } = options;
    return this.#openInner(await this.get(key, signal === undefined ? {} : { signal }), opening);
  }

  /** Returns what `inner` resolves to. */
  innerSync<K2 = DecodedValue, V2 = DecodedValue, Own = V>(
    key: OuterKey<K, Own>,
    options: ReaderOptions<K2, V2> = {},
  ): Reader<K2, V2> | undefined {
    checkOuter(Reader.partsOf(this));
    return this.#openInner(this.getSync(key), options);
  }

  /** Closes the map; reads under way end with CLOSED. Doing it again does nothing. */
  close(): void {
    forgotten.unregister(this);
    const from = performance.now();
    this.#holdings[Symbol.dispose]();
    this.#parts.meter?.phase("close", (performance.now() - from) / 1000);
  }

  /** Does what `close` does, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Does what `close` does, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** A read, and the rows that it gives; timed if anybody wants to know. */
  #start(options: ReadOptions, isSync = false): { read: Read; rows: Rows } {
    const { map, meter, rows } = this.#parts;
    checkOptions(`read ${map.label}`, options, READ_CHECKS);
    if (meter === undefined) return { read: new Read(this.#holdings, options, { reader: this, isSync }), rows };
    const spent = { read: 0, decode: 0, validate: 0 };
    const observe = (report: ReadReport, error: unknown): void => meter.read(spent, report, rows.isChecking, error);
    const parts = { reader: this, watch: { observe, spent }, isSync };
    return { read: new Read(this.#holdings, options, parts), rows: rows.timed(spent) };
  }

  #iterate<T>(part: Part, options: ReadOptions): Entries<T> {
    const { read, rows } = this.#start(options);
    return new Entries(readFeed(read, rows[part] as Project<T>));
  }

  #query(options: AnyQuery): Entries<unknown> {
    return new Entries(this.#feed(options));
  }

  #feed(options: AnyQuery): QueryFeed<unknown> {
    this.#checkQuery(options);
    const { read, rows } = this.#start(bounds(options));
    return new QueryFeed(read, this.#queried(rows), options);
  }

  #queried(rows: Rows): Queried {
    const { map, text } = this.#parts;
    return { map, rows, decode: text, perCpu: text.perCpu };
  }

  #checkQuery(options: AnyQuery): void {
    checkOptions(`read ${this.label}`, options, QUERY_CHECKS);
    checkTogether(`read ${this.label}`, options);
  }

  #iterateSync<T>(part: Part, options: ReadOptions): SyncEntries<T> {
    this.#checkSync();
    const { read, rows } = this.#start(options, true);
    return new SyncEntries(read, rows[part] as Project<T>);
  }

  async #lookup(key: Uint8Array | null, options: ReadOptions): Promise<V | undefined> {
    const from = performance.now();
    try {
      return this.#decoded(key, await lookUp(this.#holdings, key, options), from);
    } catch (error) {
      this.#parts.meter?.error(error);
      throw error;
    }
  }

  #lookupSync(key: Uint8Array | null): V | undefined {
    const from = performance.now();
    try {
      return this.#decoded(key, lookUpSync(this.#checkSync(), key), from);
    } catch (error) {
      this.#parts.meter?.error(error);
      throw error;
    }
  }

  #decoded(key: Uint8Array | null, values: Uint8Array | undefined, from: number): V | undefined {
    const read = performance.now();
    this.#parts.meter?.phase("read", (read - from) / 1000);
    if (values === undefined) return undefined;
    const batch = { count: 1, keys: key ?? new Uint8Array(0), values, errnos: undefined };
    const value = this.#parts.rows.value(batch, 0) as V | undefined;
    this.#parts.meter?.phase("decode", (performance.now() - read) / 1000);
    return value;
  }

  #checkSync(): Holdings {
    if (this.#parts.isFile) throw notSyncError(this.label);
    return this.#holdings;
  }

  #openInner<K2, V2>(id: V | undefined, options: ReaderOptions<K2, V2>): Reader<K2, V2> | undefined {
    if (id === undefined) return undefined;
    return this.#parts.openInner(Number(id), options as ReaderOptions) as unknown as Reader<K2, V2>;
  }
}

/**
 * A stranger's program that uses what is left of the package's interface: every exported type with its own name, every
 * option, every member of a class. It is compiled, and never run.
 */
export const SURVEY: string = `
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import {
  CHANNELS, channelMetrics, DEFAULT_DECODE_OPTIONS, diff, EbpfMapError, explainVerifierLog, formatRow, listMaps, openMap, openSnapshot, openStream,
  render, save, stats, toJSON, VerifierLogExplainer, watch,
  type AggregateQuery, type Attachment, type BatchView, type BpftoolFormat, type ByteRenderer, type CountQuery, type CpuAggregate, type CpuEntry, type CpuFields, type ByteOptions, type WholeMap,
  type CpuQuery, type CpuRows, type CutShort, type DecodedValue, type DecodeOptions, type DiffBase, type DiffEvent, type DiffOptions, type Entries,
  type Entry, type EntryCall, type EntryQuery, type EntryWatch, type ErrorCode, type ErrorDetails, type ErrorEvent, type EventFit, type EventBase, type EventBtf, type EventOptions,
  type EventTyping, type PerfChoice, type RingChoice, type EventOrigin, type EventStream, type ExplainOptions, type FileHandle, type FormatOptions, type Grouped, type GroupQuery, type GroupValues,
  type GroupWatch, type IntegerRenderer, type InvalidEntry, type InvalidEvent, type JsonTextOptions, type LayoutDifference, type ListedMap,
  type ListBase, type ListOptions, type OwnerOptions, type LiveHandle, type MapGrowth, type MapInfo, type MapOwners, type MapRef, type MapSchema, type MapStats, type MetricsHook,
  type OneCpu, type OnInvalid, type OpenOptions, type OpenReader, type OutputFormat, type OwnerGap, type OwnerProcess, type OwnerProgram, type PerCpu,
  type Phase, type PhaseEvent, type ProgramRelation, type QueryBase, type InvalidOptions, type OuterKey, type Reader, type ReaderBase, type ReaderOptions, type ReadOptions, type ReadReport, type ReadStop,
  type Renderable, type RendererName, type RenderFunction, type RingUse, type RowFormat, type RowOrder, type Saved, type SavedMap, type SaveOptions,
  type Selected, type SelectQuery, type Snapshot, type StatsOptions, type StreamEvent, type StreamFormat, type StreamOptions, type StreamQuery,
  type StreamStats, type SyncEntries, type TaggedEvent, type TextList, type TextMode, type GivenBtf, type TypeNames, type TypeOptions, type ValueAt, type ValueOfRow, type ValuesOf,
  type VerifierReport, type WatchBase, type WatchedRow, type WatchEvent, type WatchOptions, type WhenFull, type Where,
} from "ebpf-map";
import { type ArrowBase, type ArrowOptions, type ArrowRows, toArrow } from "ebpf-map/arrow";
import { type PromOptions, promMetrics } from "ebpf-map/prom";
import {
  boolWriter, floatWriter, keyEncoder, type Decode, type GeneratedOptions, type GeneratedStream, type PerfOptions, type RingOptions, type Target,
  type Writer,
} from "ebpf-map/runtime";

interface Key { readonly addr: number; readonly port: number }
interface Value { readonly packets: bigint; readonly slots: readonly number[] }

const signal = AbortSignal.timeout(1000);
const note = (line: string): void => console.log(line);
const bytes = new Uint8Array(8);

const decode: DecodeOptions = { ...DEFAULT_DECODE_OPTIONS, int64: "string", enums: "both", chars: "bytes" };
const givenBtf: GivenBtf = { btf: bytes, btfBase: "vmlinux" };
const typeNames: TypeNames = { key: "u32", value: "u64", schema: ["a.json"], kernelRelease: "6.1.0" };
const types: TypeOptions = { ...givenBtf, ...typeNames };
const treatment: PerCpu = "each";
const onInvalidEntry = ({ map, side, key, issues, bytes: of }: InvalidEntry): void => note(map + side + String(key) + issues[0]?.path + of.length);
const hook: MetricsHook = {
  onRead: ({ map, phase, durationSeconds, entries, bytes: count, report }: PhaseEvent) => {
    const one: Phase = phase;
    note([map, one, durationSeconds, entries, count, report?.mode].join(" "));
  },
  onError: ({ map, error }: ErrorEvent) => note(map + error.code),
  onInvalid: ({ map, side, issues }: InvalidEvent) => note(map + side + issues[0]?.message),
};
const invalid: InvalidOptions = { onInvalid: "report" satisfies OnInvalid, onInvalidEntry };
const readerBase: ReaderBase<Key, Value> = { ...decode, types, schemaFile: "{}", perCpu: treatment, metrics: hook };
const readerOptions: ReaderOptions<Key, Value> = { ...readerBase, ...invalid };
const bounds: ReadOptions = { timeout: 1000, signal };
const opening: OpenOptions = { signal };
const handles: readonly LiveHandle[] = [{ id: 1 }, { name: "conns" }, { pinned: "/sys/fs/bpf/conns" }, { fd: 3 }];
const file: FileHandle = { file: "conns.ndjson.gz", map: "conns" };

export async function reading(): Promise<void> {
  using reader: Reader<Key, Value> = openMap(handles[0] ?? { fd: 3 }, readerOptions);
  const saved: Reader<Key, Value> = await openMap(file, { ...readerOptions, ...opening });
  const { type, info, label, cpus }: { type: string; info: MapInfo; label: string; cpus: readonly number[] } = reader;
  note([type, info.maxEntries, info.btfVmlinuxId, label, ...cpus].join(" "));
  const schema: MapSchema = reader.schema;
  schema.expect(schema.json, "6.1.0");
  const key: Key = { addr: 1, port: 2 };
  const values: (Value | undefined)[] = [await reader.get(key, bounds), reader.getSync(key), await reader.peek(bounds), reader.peekSync()];
  const there: boolean[] = [await reader.has(key, bounds), reader.hasSync(key)];
  const all: Entries<Entry<Key, Value>> = reader.entries(bounds);
  const step: IteratorResult<Entry<Key, Value>> = await all.next();
  note([values.length, there.length, step.done, ...all.hints].join(" "));
  await all.return();
  const sync: SyncEntries<Entry<Key, Value>> = reader.entriesSync(bounds);
  if (!sync.next().done) sync.return();
  for (const one of reader.keysSync()) note(String(one.addr));
  for (const one of reader.valuesSync()) note(String(one.packets));
  for (const batch of reader.batchesSync()) look(batch);
  const list: Entry<Key, Value>[] = reader.toArraySync(bounds);
  const inner: Reader<number, bigint> | undefined = openMap<Key, number>({ id: 3 }).innerSync<number, bigint>(key, { perCpu: "sum" });
  inner?.close();
  const report: Readonly<ReadReport> = sync.report;
  const stop: ReadStop | undefined = report.stop;
  const call: EntryCall | undefined = stop?.why === "errno" ? stop.call : undefined;
  note([list.length, report.restarts, report.duplicates, report.skipped, report.retries, report.bytes, report.errno, call].join(" "));
  await saved[Symbol.asyncDispose]();
}

function look(batch: BatchView<Key, Value>): void {
  const { count, keySize, valueSize, valueStride, keys, values, keyView, valueView } = batch;
  note([count, keySize, valueSize, valueStride, keys.length, values.length, keyView.byteLength, valueView.byteLength].join(" "));
  note(String(batch.key(0).addr) + batch.value(0).packets + batch.errno(0));
}

const where: Where<Key, Value> = (key, value) => key.port === 80 && value.packets > 1n;
const paths: TextList = ["key.port", "value.packets"];
const order: RowOrder = { sort: "value.packets:desc", top: 3 };
const base: QueryBase = { ...bounds, ...order, limit: 2 };
const rows: CpuRows = "any";
const one: CpuAggregate = "max";
const entryQuery: EntryQuery<Key, Value> = { ...base, where };
const cpuQuery: CpuQuery = { where: "value.packets > 1u", perCpu: rows };
const aggregateQuery: AggregateQuery = { perCpu: one, agg: "value.packets=sum" };
const selectQuery: SelectQuery<Key, Value, "key.port"> = { select: "key.port", where };
const groupQuery: GroupQuery<Key, Value, "key.port", "count()"> = { groupBy: "key.port", agg: "count()", maxGroups: 10 };
const countQuery: CountQuery<Key, Value> = { where: "value.packets > 1u", perCpu: "each" };
const text: TextMode = "escape";
const format: StreamFormat = "csv" satisfies OutputFormat;
const old: BpftoolFormat = "bpftool";
const byteOptions: ByteOptions = { text, onNote: note };
const formatOptions: FormatOptions<OutputFormat> = { ...byteOptions, format: "csv", csvSafe: true };
const wholeMap: WholeMap = bounds;
const streamQuery: StreamQuery<Key, Value> = { select: ["key.port"] };
const streamOptions: StreamOptions<Key, Value> = { ...formatOptions, groupBy: "key.port", maxGroups: 2 };

export async function queries(reader: Reader<Key, Value>, perCpu: Reader<Key, readonly Value[]>): Promise<void> {
  const whole: Entry<Key, Value>[] = await reader.entries(entryQuery).toArray();
  const cpus: CpuEntry<Key, OneCpu<readonly Value[]>>[] = await perCpu.entries(cpuQuery).toArray();
  const sums: Entry<Key, DecodedValue>[] = await perCpu.entries(aggregateQuery).toArray();
  const selected: Selected<Key, Value, "key.port">[] = await reader.entries(selectQuery).toArray();
  const groups: Grouped<Key, Value, "key.port", "count()">[] = await reader.entries(groupQuery).toArray();
  const slot: ValueAt<Key, Value, "value.slots[3]"> = 7;
  const ofCpu: ValuesOf<readonly Value[], "each"> = { packets: BigInt(cpus[0]?.cpu ?? 0), slots: [slot] };
  const aggregates: GroupValues<Key, Value, "sum(value.packets)"> = { "sum(value.packets)": ofCpu.packets };
  const streams: Readable[] = [reader.toReadable(streamOptions), reader.toReadable(streamQuery), reader.toReadable({ format: old }), reader.toReadable({ format, ...wholeMap })];
  note([await reader.count(countQuery), whole.length, sums.length, selected[0]?.["key.port"], groups[0]?.["count()"], streams.length].join(" ") + toJSON(aggregates));
  const outer: OuterKey<Key, number> = { addr: 1, port: 2 };
  note(String(await (reader as unknown as Reader<Key, number>).inner(outer, opening)));
  // @ts-expect-error: a map whose values are structs holds no maps
  await reader.inner(outer);
  // @ts-expect-error: a map is named in one way
  openMap({ id: 7, name: "conns" });
  // @ts-expect-error: a stream of objects has no texts
  reader.toReadable({ csvSafe: true });
  // @ts-expect-error: bpftool prints all entries
  reader.toReadable({ format: "bpftool", where: "true" });
  // @ts-expect-error: the CPUs that are kept apart are not one value
  perCpu.entries({ perCpu: "each", agg: "value.packets=max" });
  // @ts-expect-error: a function gets what the reader gives
  perCpu.entries({ where: () => true, perCpu: "each" });
}

const onGap = ({ what, reason }: OwnerGap): void => note(what + reason);
const listBase: ListBase = { name: /^c/, type: "hash", pinned: false, signal };
const ownerOptions: OwnerOptions = { owners: true, onGap };
const listOptions: ListOptions = { ...listBase, ...ownerOptions };

export async function machine(): Promise<void> {
  const listed: ListedMap[] = [];
  for await (const map of listMaps(listOptions)) listed.push(map);
  const owners: MapOwners | undefined = listed[0]?.owners;
  const program: OwnerProgram | undefined = owners?.programs[0];
  const process: OwnerProcess | undefined = owners?.processes[0];
  const place: Attachment | undefined = program?.attachments[0];
  const relation: ProgramRelation | undefined = program?.relation;
  note([relation, process?.comm, place?.target, place?.hook, place?.link, owners?.outerMaps.length, owners?.isComplete].join(" "));
  note([listed[0]?.label, listed[0]?.info.keySize, listed[0]?.memlock, listed[0]?.isFrozen, listed[0]?.pins?.length].join(" "));
  const options: StatsOptions = { since: [], signal };
  const [first]: MapStats[] = await stats(listed, options);
  const growth: MapGrowth | undefined = first?.growth;
  const ring: RingUse | undefined = first?.ring;
  const full: WhenFull | undefined = first?.whenFull;
  note([growth?.perSecond, growth?.fullIn, ring?.pending, full, first?.preallocated, first?.mode, first?.error?.code, first?.at].join(" "));
}

const watching: WatchBase = { interval: 100, reads: 2, where: "true", types, onNote: note, signal };
const cpuFields: CpuFields = { perCpu: "sum", agg: "value.packets=max" };
const entryWatch: EntryWatch = { ...watching, ...cpuFields, sort: "value.packets.rate:desc", top: 5 };
const selectWatch: WatchOptions = { ...watching, select: "value.packets" };
const groupWatch: GroupWatch<"key.port", "count()"> = { ...watching, groupBy: "key.port", agg: "count()", maxGroups: 5, sort: "count():desc" };
const comparing: DiffBase = { ...bounds, where: "true", select: paths, onNote: note };
const diffOptions: DiffOptions = { ...comparing, ...cpuFields, sort: "value.packets.delta:desc", top: 3 };
const saveOptions = { gzip: true, onProgress: (entries: number) => note(String(entries)), signal } as const satisfies SaveOptions;

export async function changes(reader: Reader<Key, Value>): Promise<void> {
  const ref: MapRef<Key, Value> = reader;
  const open: OpenReader<Key, Value> = reader;
  for await (const event of watch(ref, { ...watching, perCpu: "each" })) {
    const row: WatchedRow<Key, DecodedValue> = event;
    note([row.time.getTime(), row.cpu].join(" "));
  }
  for await (const { value } of watch(reader)) note(String((value satisfies ValueOfRow<Value>).packets));
  for await (const event of watch(reader, entryWatch)) if (event.type === "added") note(String(event.initial) + toJSON(event.value));
  for await (const event of watch(reader, selectWatch)) if (event.type === "changed") note(toJSON(event.delta) + event.reset.join());
  for await (const event of watch(reader, groupWatch)) {
    const count: number = event.value["count()"];
    if (event.type === "changed") note([event.key["key.port"], count, event.previous["count()"], event.rate["count()"]].join(" "));
  }
  // @ts-expect-error: groups have no selected fields
  watch(reader, { groupBy: "key.port", select: "value.packets" });
  const different: DiffEvent<Key, DecodedValue>[] = [];
  for await (const event of diff(open, { id: 7 }, diffOptions)) different.push(event);
  const [found] = different;
  if (found?.type === "layout") note((found satisfies LayoutDifference).path + found.a + found.b);
  if (found?.type === "changed") note([found.delta.packets, found.rate.packets, toJSON(found.a), toJSON(found.b), toJSON(found.fields)].join(" "));
  // @ts-expect-error: the first of no order
  diff(reader, reader, { top: 1 });
  const kept: WatchEvent[] = [];
  const into: Saved = await save(reader, createWriteStream("/dev/null"), saveOptions);
  const snapshot: Snapshot = await openSnapshot("maps.ndjson", opening);
  const [section]: readonly SavedMap[] = snapshot.maps;
  note([into.entries, into.bytes, into.reports.length, section?.tool, section?.time, section?.info.id, kept.length].join(" "));
  snapshot.close();
}

const rowFormat: RowFormat = { format: "text", render: { addr: "ipv4" satisfies ByteRenderer, ns: "ktime" satisfies IntegerRenderer } };
const jsonText: JsonTextOptions = { int64: "string", bytes: "list" };
const renderer: RendererName = "bytes";
const show: RenderFunction = render[renderer];
const shown: Renderable = 1024n;
note(show(shown) + formatRow({ addr: 1 }, rowFormat) + toJSON({ bytes }, jsonText));

const eventBase: EventBase = { ...decode, pollMs: 10, signal };
const eventBtf: EventBtf = { btf: bytes, btfBase: "vmlinux" };
const typing: EventTyping = { types: { 1: "struct a" }, typeBy: "u32@0", ...eventBtf };
const ring: RingChoice = { from: "now", consume: true, attach: false };
const perf: PerfChoice = { attach: true, pages: 8 };
const eventOptions: EventOptions = { ...eventBase, ...typing, ...ring };

export async function events(): Promise<void> {
  using stream: EventStream<Value> = openStream<Value>({ fd: 3 }, eventOptions);
  for await (const event of stream) {
    const one: StreamEvent<Value> = event;
    const origin: EventOrigin = event;
    const fit: EventFit | undefined = one.fit;
    const cut: CutShort<Value> | undefined = event.fit === "short" ? event.value : undefined;
    note([origin.cpu, origin.timeNs, origin.bytes.length, fit, cut?.packets].join(" "));
    break;
  }
  const counts: Readonly<StreamStats> = stream.stats;
  openStream({ id: 2 }, { ...eventBase, type: "struct event", ...perf }).close();
  // @ts-expect-error: a ring buffer has no pages
  openStream({ id: 2 }, { consume: true, pages: 8 });
  // @ts-expect-error: nothing tells the types apart
  openStream({ id: 2 }, { types: { 1: "struct a" } });
  note([counts.received, counts.bytes, counts.lost, counts.overrun, counts.overrunBytes, counts.malformed].join(" "));
  stream.close();
  using simple: EventStream<Value> = openStream<Value>({ id: 1 }, { type: "struct event" });
  note(String(simple.stats.received));
}

export function tagged(event: TaggedEvent<{ "struct a": { readonly pid: number }; "struct b": { readonly path: string } }>): string {
  if (event.type === undefined) return String(event.bytes.length);
  if (event.fit === "short") return "cut";
  return event.type === "struct a" ? String(event.value.pid) : event.value.path;
}

export function failure(error: unknown): string {
  if (!(error instanceof EbpfMapError)) return "";
  const code: ErrorCode = error.code;
  const details: ErrorDetails = error.details;
  return [code, details.path, error.cause, new EbpfMapError("USAGE", "wrong", {}, error).message].join(" ");
}

export function verifier(log: Uint8Array): VerifierReport {
  const options: ExplainOptions = { object: bytes };
  const explainer = new VerifierLogExplainer(options);
  explainer.write(log);
  const report: VerifierReport = explainer.end();
  note([report.version, report.programs.length, report.lines, report.cutLines, report.objectProblem].join(" "));
  return explainVerifierLog(log, options);
}

const prom: PromOptions = { registry: [] };
const arrowBase: ArrowBase = { ...bounds, where: "true", limit: 2, render: "addr=ipv4", enums: "name", text, batchRows: 10, onNote: note };
const arrowRows: ArrowRows = { select: paths, perCpu: "sum" };
const arrow: ArrowOptions = { ...arrowBase, ...arrowRows, sort: "value.packets", top: 3 };
const arrowGroups: ArrowOptions = { groupBy: "key.port", agg: "count()", maxGroups: 10 };

export async function bindings(): Promise<void> {
  note(CHANNELS.read + CHANNELS.error + CHANNELS.invalid);
  const hooks: MetricsHook[] = [channelMetrics(), promMetrics(prom)];
  for await (const batch of toArrow({ id: 1 }, arrow)) note(String(batch.numRows + hooks.length));
  for await (const batch of toArrow(file, arrowGroups)) note(String(batch.numCols));
}

export const generated: [GeneratedOptions<Key, Value>, GeneratedStream, RingOptions, PerfOptions, Decode<number>, Writer, Target] = [
  { onInvalid: "throw" },
  { runtime: 3, perf: false, typeBy: "tag", types: [{ name: "struct a", layout: "{}", is: "1" }] },
  { consume: true, from: "oldest", pollMs: 5, signal },
  { attach: true, pages: 8 },
  (_, view, at) => view.getUint8(at),
  (to, at, value) => void to.bytes.fill(Number(value), at),
  { bytes, written: bytes },
];

/** Kinds that the keys of no map in the repository have. */
export const encoders: readonly ((key: unknown) => Uint8Array)[] = [
  keyEncoder(1, boolWriter("bool", { offset: 0, shift: 0, width: 8 })),
  keyEncoder(8, floatWriter({ size: 8, typeName: "double" }, 0)),
];
`;

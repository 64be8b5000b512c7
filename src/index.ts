/**
 * Reads eBPF maps: `openMap` gives a typed `Reader` of a map of this kernel or of a snapshot file.
 *
 * @module
 */
export type { DecodedValue, DecodeOptions } from "./codec/access/value-decoder.ts";
export { DEFAULT_DECODE_OPTIONS } from "./codec/access/value-decoder.ts";
export type { TextMode } from "./codec/text/shown-text.ts";
export { EbpfMapError, type ErrorCode, type ErrorDetails } from "./errors.ts";
export { CHANNELS, channelMetrics } from "./metrics/channels.ts";
export { combineHooks } from "./metrics/combine.ts";
export type { ErrorEvent, InvalidEvent, MetricsHook, Phase, PhaseEvent } from "./metrics/hook.ts";
export { PHASES } from "./metrics/hook.ts";
export type { OutputFormat } from "./output/rows/formats.ts";
export type { LayoutDifference } from "./query/diff/layout-differences.ts";
export type { EntryCall, ReadReport, ReadStop } from "./reader/entries.ts";
export type {
  Attachment,
  MapOwners,
  OwnerGap,
  OwnerProcess,
  OwnerProgram,
  ProgramRelation,
} from "./reader/owners/owners.ts";
export type { RingUse } from "./reader/ring-use.ts";
export type { Finding } from "./schema/drift.ts";
export { diff } from "./sdk/diff/diff-maps.ts";
export type { DiffBase, DiffEvent, DiffOptions } from "./sdk/diff/diff-options.ts";
export type { FileHandle, LiveHandle, MapHandle, OpenOptions } from "./sdk/handle.ts";
export { type JsonTextOptions, toJSON } from "./sdk/json.ts";
export { type ListBase, type ListOptions, listMaps, type OwnerOptions } from "./sdk/maps/list-maps.ts";
export type { ListedMap } from "./sdk/maps/listed-map.ts";
export type { MapRef, OpenReader } from "./sdk/maps/map-ref.ts";
export { type MapGrowth, type MapStats, type StatsOptions, stats } from "./sdk/maps/stats.ts";
export { openMap } from "./sdk/open-map.ts";
export {
  type EventBase,
  type EventBtf,
  type EventOptions,
  type EventStream,
  type EventTyping,
  openStream,
  type PerfChoice,
  type RingChoice,
} from "./sdk/open-stream.ts";
export type { Grouped, GroupValues, OneCpu, Selected, TextList, ValueAt, ValueOfRow } from "./sdk/query/paths.ts";
export type {
  AggregateQuery,
  CountQuery,
  CpuAggregate,
  CpuEntry,
  CpuFields,
  CpuQuery,
  CpuRows,
  EntryQuery,
  GroupQuery,
  QueryBase,
  RowOrder,
  SelectQuery,
  ValuesOf,
  Where,
} from "./sdk/query/query-options.ts";
export type { BatchView } from "./sdk/reader/batch-view.ts";
export type { Entries, SyncEntries } from "./sdk/reader/entries.ts";
export type { OuterKey } from "./sdk/reader/outer-map.ts";
export type { PerCpu } from "./sdk/reader/per-cpu.ts";
export type { ReadOptions } from "./sdk/reader/read.ts";
export type { Reader } from "./sdk/reader/reader.ts";
export type { InvalidOptions, ReaderBase, ReaderOptions } from "./sdk/reader/reader-options.ts";
export type { Entry } from "./sdk/reader/rows.ts";
export type {
  BpftoolFormat,
  ByteOptions,
  FormatOptions,
  StreamFormat,
  StreamOptions,
  StreamQuery,
  WholeMap,
} from "./sdk/reader/stream-format.ts";
export type { InvalidEntry, OnInvalid } from "./sdk/reader/validate.ts";
export { formatRow, type RowFormat } from "./sdk/render/format-row.ts";
export { type Renderable, type RenderFunction, render } from "./sdk/render/render.ts";
export type { ByteRenderer, IntegerRenderer, RendererName } from "./sdk/render/renderer-names.ts";
export { openSnapshot, type SavedMap, type Snapshot } from "./sdk/snapshots/open-snapshot.ts";
export { type Saved, type SaveOptions, save } from "./sdk/snapshots/save.ts";
export type { GivenBtf, TypeNames, TypeOptions } from "./sdk/types/given-types.ts";
export type { MapSchema } from "./sdk/types/map-schema.ts";
export { watch } from "./sdk/watch/watch.ts";
export type {
  EntryWatch,
  GroupWatch,
  WatchBase,
  WatchEvent,
  WatchedRow,
  WatchOptions,
} from "./sdk/watch/watch-options.ts";
export type { CutShort, EventOrigin, StreamEvent, TaggedEvent } from "./stream/decoded-events.ts";
export type { StreamStats } from "./stream/event-source.ts";
export type { EventFit } from "./stream/event-types.ts";
export type { MapInfo } from "./sys/info.ts";
export type { WhenFull } from "./sys/map-types.ts";
export { type ExplainOptions, explainVerifierLog, VerifierLogExplainer } from "./verifier/explain.ts";
export type { VerifierReport } from "./verifier/report.ts";

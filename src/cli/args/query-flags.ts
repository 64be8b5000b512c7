import { OUTPUT_FORMATS } from "../../output/rows/formats.ts";
import type { Flag } from "./flags.ts";

export type { OutputFormat } from "../../output/rows/formats.ts";

export type QueryFlagName =
  | "output"
  | "warn"
  | "watch"
  | "interval"
  | "wait"
  | "where"
  | "select"
  | "sort"
  | "top"
  | "limit"
  | "count"
  | "key"
  | "per-cpu"
  | "group-by"
  | "agg"
  | "max-groups"
  | "int64"
  | "enums"
  | "color"
  | "render"
  | "no-render"
  | "config"
  | "recursive"
  | "scale";

/** What was given, by option; "" for one without a value. */
export type QueryOptions = Readonly<Partial<Record<QueryFlagName, string>>>;

/** An option of `dump`, and perhaps of others, that bpftool doesn't have. */
function own(name: QueryFlagName, description: string, more: Partial<Flag> = {}): Flag & { name: QueryFlagName } {
  return { commands: ["dump"], bpftool: false, ...more, name, description };
}

/** Options that filter, order, aggregate and format entries. */
export const QUERY_FLAGS: readonly (Flag & { readonly name: QueryFlagName })[] = [
  own("output", "print in this format instead of bpftool's", {
    alias: "o",
    value: "FORMAT",
    choices: OUTPUT_FORMATS,
    commands: ["dump", "events", "lookup", "peek", "stats", "diff", "watch"],
    example: "ebpf-map dump name conns -o ndjson",
  }),
  own("where", "keep the entries for which this CEL expression is true", {
    commands: ["dump", "events", "diff", "watch"],
    value: "EXPR",
    example: "ebpf-map dump name conns --where 'value.packets > 1000 && value.st == ST_ESTABLISHED'",
  }),
  own("select", "show these fields only: paths with commas between, * for all of a struct or array", {
    value: "PATHS",
    commands: ["dump", "events", "lookup", "peek", "diff", "watch"],
    example: "ebpf-map dump name conns --select key.saddr,value.bytes",
  }),
  own("sort", "order by these fields; :desc turns one round", {
    commands: ["dump", "events", "watch"],
    value: "PATHS",
    example: "ebpf-map dump name conns --sort value.bytes:desc,key.saddr",
  }),
  own("top", "with --sort: keep the first N, in memory for so many", {
    commands: ["dump", "events", "watch"],
    value: "N",
    example: "ebpf-map dump name conns --sort value.bytes:desc --top 10",
  }),
  own("limit", "stop after N entries, or show N groups", {
    commands: ["dump", "events"],
    value: "N",
    example: "ebpf-map dump name conns --limit 3",
  }),
  own("count", "print how many entries there are instead of them", {
    example: "ebpf-map dump name conns --where value.seen --count",
  }),
  own("key", "the entry of this key, in JSON by the types of the map", {
    value: "JSON",
    commands: ["dump", "lookup"],
    example: `ebpf-map lookup name conns --key '{"saddr":"10.0.0.1","dport":443,"proto":6}' -o json`,
  }),
  own("per-cpu", "make one value of those of all CPUs, or keep the CPUs apart (any: those not all zero)", {
    value: "HOW",
    choices: ["each", "sum", "avg", "min", "max", "any"],
    commands: ["dump", "lookup", "diff", "watch"],
    example: "ebpf-map dump name hits --per-cpu sum",
  }),
  own("group-by", "one row for each value of these fields", {
    commands: ["dump", "events"],
    value: "PATHS",
    example: "ebpf-map dump name conns --group-by key.proto --agg 'sum(value.bytes),count()'",
  }),
  own("agg", "aggregates of a group, or per-CPU ones by field (value.packets=sum,value.last_ns=max)", {
    commands: ["dump", "events", "diff", "watch"],
    value: "LIST",
    example: "ebpf-map dump name hits --agg value.packets=sum,value.last_ns=max",
  }),
  own("max-groups", "how many groups --group-by may make (default: 100000); of events, the longest without one go", {
    commands: ["dump", "events"],
    value: "N",
  }),
  own("int64", "64-bit integers in JSON: digits, or string for readers that would round them", {
    value: "FORM",
    choices: ["digits", "string"],
    commands: ["dump", "events", "lookup", "peek", "diff", "watch"],
  }),
  own("enums", "enums in our formats: name, number or both", {
    value: "FORM",
    choices: ["name", "number", "both"],
    commands: ["dump", "events", "lookup", "peek", "diff", "watch"],
  }),
  own("render", "show a field, or all of a type, by a renderer such as ipv4, port or ktime", {
    value: "LIST",
    commands: ["dump", "events", "lookup", "peek", "diff", "watch"],
    example: "ebpf-map dump name conns --render key.saddr=ipv4,key.dport=port",
  }),
  own("no-render", "show numbers and bytes as they are", {
    commands: ["dump", "events", "lookup", "peek", "diff", "watch"],
  }),
  own("config", "the configuration file (default: ~/.config/ebpf-map/config.yaml)", {
    value: "FILE",
    commands: ["dump", "events", "lookup", "peek", "diff", "watch"],
  }),
  own("recursive", "show the maps that a map of maps holds, with their own types", {
    example: "ebpf-map dump name outer --recursive -o json",
  }),
  own("scale", "what the slots of -o hist stand for: powers of two, or themselves", {
    value: "KIND",
    choices: ["log2", "linear"],
    example: "ebpf-map dump name latency -o hist --scale log2",
  }),
  own("color", "colours: auto (on a terminal, unless NO_COLOR is set), always or never", {
    value: "WHEN",
    choices: ["auto", "always", "never"],
    commands: ["dump", "events", "lookup", "peek", "stats", "diff", "watch"],
  }),
  own("watch", "look again and again (--count=N: N times): dump as the command watch does, stats with growth", {
    commands: ["dump", "stats"],
    example: "ebpf-map stats name conns --watch --interval 10ms --count 2",
  }),
  own("interval", "how often to look: 500ms, 1s (which is the default), 2m", {
    value: "TIME",
    commands: ["watch", "dump", "stats"],
    example: "ebpf-map watch name conns --interval 100ms --count 2",
  }),
  own("wait", "watch: wait for a map that is not there yet, or not any more", { commands: ["watch", "dump"] }),
  own("warn", "exit with 4 if a map is at least N per cent full; of those that refuse entries then", {
    value: "N",
    commands: ["stats"],
    example: "ebpf-map stats name outer --warn 80",
  }),
];

/** `--count` where events are read: the end of the stream, as it is where maps are watched. */
export const EVENT_COUNT: Flag & { readonly name: QueryFlagName } = own(
  "count",
  "end after N events; with --group-by, of all that are read (else as --limit)",
  {
    value: "N",
    commands: ["events"],
    example: "ebpf-map events name rb --type 'struct event' --count 3",
  },
);

/** `--count` where maps are watched. */
/** `-o` where what is printed is a file. */
export const GENERATE_OUTPUT: Flag & { readonly name: QueryFlagName } = own("output", "write to FILE, not to stdout", {
  alias: "o",
  value: "FILE",
  commands: ["generate"],
  example: "ebpf-map generate id 7 -o conns.ts",
});

export const WATCH_COUNT: Flag & { readonly name: QueryFlagName } = own("count", "stop after N reads", {
  value: "N",
  commands: ["watch", "dump", "stats"],
  example: "ebpf-map watch name conns --interval 10ms --count 3",
});

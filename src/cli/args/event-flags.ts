import type { Flag } from "./flags.ts";

export type EventFlagName =
  | "type"
  | "types"
  | "type-by"
  | "attach"
  | "pages"
  | "consume"
  | "from"
  | "poll"
  | "for"
  | "rate-limit"
  | "window"
  | "total";

/** What was given, by option; "" for one without a value. */
export type EventFlags = Readonly<Partial<Record<EventFlagName, string>>>;

function event(name: EventFlagName, description: string, more: Partial<Flag> = {}): Flag & { name: EventFlagName } {
  return { commands: ["events"], bpftool: false, ...more, name, description };
}

/** Options of the commands that print events. */
export const EVENT_FLAGS: readonly (Flag & { readonly name: EventFlagName })[] = [
  event("type", "the C type of the events: its name in the BTF of the programs that use the map, or a declaration", {
    commands: ["dump", "events"],
    value: "TYPE",
    example: "ebpf-map events name rb --type 'struct event'",
  }),
  event("types", "several types, by the number that --type-by reads from an event", {
    commands: ["dump", "events"],
    value: "N=TYPE,…",
    example: "ebpf-map events name rb --type-by u32@0 --types '1=struct open_event,2=struct exec_event'",
  }),
  event("type-by", "where an event says of which of --types it is: u32@0 is 32 bits at its start", {
    commands: ["dump", "events"],
    value: "INT@BYTE",
    example: "ebpf-map events name rb --type-by u32@0 --types '1=struct open_event,2=struct exec_event'",
  }),
  event("attach", "let a perf event array write to this program: takes the place of another reader", {
    commands: ["events", "event_pipe"],
    example: "ebpf-map events name pipe --attach",
  }),
  event("pages", "pages of each CPU's buffer for a perf event array, a power of two (default: 128)", {
    value: "N",
    example: "ebpf-map events name pipe --attach --pages 1024",
  }),
  event("consume", "take events away from a ring buffer, as its only consumer", {
    example: "ebpf-map events name rb --consume",
  }),
  event("from", "begin with new events, or with the oldest that is not consumed", {
    value: "WHERE",
    choices: ["now", "oldest"],
    example: "ebpf-map events name rb --from oldest",
  }),
  event("poll", "look for events at least so often (default: 200ms); the kernel doesn't tell of all", {
    value: "TIME",
    example: "ebpf-map events name rb --poll 5ms",
  }),
  event("for", "end after this time: 500ms, 10s, 5m", { value: "TIME", example: "ebpf-map events name rb --for 10s" }),
  event("rate-limit", "print at most so many events a second; the others are counted", {
    value: "N",
    example: "ebpf-map events name rb --rate-limit 100",
  }),
  event("window", "with --group-by: groups of so much time each (default: 5s)", {
    value: "TIME",
    example: "ebpf-map events name rb --type 'struct event' --group-by value.comm --window 10s",
  }),
  event("total", "with --group-by: groups of all events, when the stream ends", {
    example: "ebpf-map events name rb --type 'struct event' --group-by value.comm --total",
  }),
];

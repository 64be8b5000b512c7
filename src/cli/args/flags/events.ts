import { flag, valueFlag } from "../flag.ts";
import { choice } from "../values/choice.ts";
import { duration } from "../values/duration.ts";
import { discriminator, typeCases } from "../values/event-types.ts";
import { powerOfTwo, wholeNumber } from "../values/number.ts";
import { text } from "../values/text.ts";

/** The longest time that a timer of Node can wait. */
const LONGEST = "596h";

/** Flags of the commands that print events. */
export const EVENT_FLAGS = {
  type: valueFlag(text("TYPE", "a C type: its name, or a declaration"), {
    name: "type",
    topic: "Events",
    uses: ["dump", "events"],
    rows: true,
    excludes: ["types"],
    help: "the C type of the events: its name in the BTF of the programs that use the map, or a declaration",
    example: ["ebpf-map events name rb --type 'struct event'", "events by a type of their program"],
  }),
  types: valueFlag(typeCases(), {
    name: "types",
    topic: "Events",
    uses: ["dump", "events"],
    rows: true,
    needs: ["type-by"],
    help: "several types, each behind the number that --type-by reads from an event",
    example: [
      "ebpf-map events name rb --type-by u32@0 --types '1=struct open_event,2=struct exec_event'",
      "two kinds of events, told apart by their first member",
    ],
  }),
  typeBy: valueFlag(discriminator(), {
    name: "type-by",
    topic: "Events",
    uses: ["dump", "events"],
    rows: true,
    needs: ["types"],
    help: "the place of the integer that tells which of --types an event has: u32@0 is 32 bits at its start",
    example: ["ebpf-map events name rb --types '1=u64,2=u32' --type-by u32@0", "the first 32 bits tell the type"],
  }),
  attach: flag({
    name: "attach",
    topic: "Events",
    uses: ["events", "event_pipe"],
    help: "let a perf event array write to this program, in the place of another reader",
    example: ["ebpf-map events name pipe --attach", "the events of a perf event array"],
  }),
  pages: valueFlag(powerOfTwo({ to: 65_536 }), {
    name: "pages",
    topic: "Events",
    uses: ["events"],
    help: "pages of each CPU's buffer for a perf event array",
    default: "128",
    example: ["ebpf-map events name pipe --attach --pages 1024", "4 MiB for each CPU"],
  }),
  consume: flag({
    name: "consume",
    topic: "Events",
    uses: ["events"],
    help: "take events away from a ring buffer, as its only consumer",
    example: ["ebpf-map events name rb --consume", "as the program that owns the ring buffer would"],
  }),
  from: valueFlag(choice("WHERE", ["now", "oldest"], { start: "oldest", beginning: "oldest", end: "now" }), {
    name: "from",
    topic: "Events",
    uses: ["events"],
    help: "begin with new events, or with the oldest that is not consumed",
    default: "now; with --consume, oldest",
    example: ["ebpf-map events name rb --from oldest", "what is still in the buffer first"],
  }),
  poll: valueFlag(duration({ from: "1ms", to: LONGEST }), {
    name: "poll",
    topic: "Events",
    uses: ["events"],
    help: "look for events at least this often: the kernel does not announce all of them",
    default: "200ms",
    example: ["ebpf-map events name rb --poll 5ms", "events at most 5 ms late"],
  }),
  for: valueFlag(duration({ from: "1ms", to: LONGEST }), {
    name: "for",
    topic: "Events",
    uses: ["events"],
    help: "end after this time",
    example: ["ebpf-map events name rb --for 10s", "ten seconds of events"],
  }),
  rateLimit: valueFlag(wholeNumber({ from: 1 }), {
    name: "rate-limit",
    topic: "Events",
    uses: ["events"],
    help: "print at most N events a second, and count the others",
    example: ["ebpf-map events name rb --rate-limit 100", "a sample of a busy stream"],
  }),
  maxEvents: valueFlag(wholeNumber({ from: 1 }), {
    name: "count",
    topic: "Entries",
    uses: ["events"],
    help: "end after N events: those printed, or with --group-by those read",
    example: ["ebpf-map events name rb --type 'struct event' --count 3", "three events"],
  }),
  window: valueFlag(duration({ from: "1ms", to: LONGEST }), {
    name: "window",
    topic: "Groups of events",
    uses: ["events"],
    needs: ["group-by"],
    excludes: ["total"],
    help: "with --group-by: the time that each set of groups covers",
    default: "5s",
    example: [
      "ebpf-map events name rb --type 'struct event' --group-by value.comm --window 10s",
      "events by command, every ten seconds",
    ],
  }),
  total: flag({
    name: "total",
    topic: "Groups of events",
    uses: ["events"],
    needs: ["group-by"],
    help: "with --group-by: one set of groups of all events, when the stream ends",
    example: [
      "ebpf-map events name rb --type 'struct event' --group-by value.comm --total",
      "events by command, once at the end",
    ],
  }),
} as const;

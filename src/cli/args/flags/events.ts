import type { FlagTable } from "../flag.ts";
import { choice } from "../values/choice.ts";
import { duration } from "../values/duration.ts";
import { discriminator, typeCases } from "../values/event-types.ts";
import { powerOfTwo, wholeNumber } from "../values/number.ts";
import { text } from "../values/text.ts";

/** The longest time that a Node timer supports. */
const LONGEST = "596h";

/** Flags of the commands that print events. */
export const EVENT_FLAGS = {
  type: {
    name: "type",
    value: text("TYPE", "a C type: its name, or a declaration"),
    topic: "Events",
    uses: ["dump", "events", "generate"],
    rows: true,
    excludes: ["types"],
    help: "the C type of the events: its name in the BTF of the programs that use the map, or a declaration",
    example: ["ebpf-map events name rb --type 'struct event'", "events by a type of their program"],
  },
  types: {
    name: "types",
    value: typeCases(),
    topic: "Events",
    uses: ["dump", "events", "generate"],
    rows: true,
    needs: ["type-by"],
    help: "several types, each with the number that --type-by reads from its events",
    example: [
      "ebpf-map events name rb --type-by u32@0 --types '1=struct open_event,2=struct exec_event'",
      "two kinds of events, told apart by their first member",
    ],
  },
  typeBy: {
    name: "type-by",
    value: discriminator(),
    topic: "Events",
    uses: ["dump", "events", "generate"],
    rows: true,
    needs: ["types"],
    help: "where an event holds the integer that tells its type: u32@0 is its first 32 bits",
    example: ["ebpf-map events name rb --types '1=u64,2=u32' --type-by u32@0", "the first 32 bits tell the type"],
  },
  attach: {
    name: "attach",
    topic: "Events",
    uses: ["events", "event_pipe"],
    help: "attach to a perf event array: its events come here, and no longer to another reader",
    example: ["ebpf-map events name pipe --attach", "the events of a perf event array"],
  },
  pages: {
    name: "pages",
    value: powerOfTwo({ to: 65_536 }),
    topic: "Events",
    uses: ["events"],
    help: "the size of each CPU's buffer for a perf event array, in pages",
    default: "128",
    example: ["ebpf-map events name pipe --attach --pages 1024", "4 MiB for each CPU"],
  },
  consume: {
    name: "consume",
    topic: "Events",
    uses: ["events"],
    help: "consume the events of a ring buffer, as its only consumer",
    example: ["ebpf-map events name rb --consume", "as the program that owns the ring buffer would"],
  },
  from: {
    name: "from",
    value: choice("WHERE", ["now", "oldest"], { start: "oldest", beginning: "oldest", end: "now" }),
    topic: "Events",
    uses: ["events"],
    help: "start with new events, or with the oldest that is not consumed yet",
    default: "now; with --consume, oldest",
    example: ["ebpf-map events name rb --from oldest", "events that are still in the buffer, then new ones"],
  },
  poll: {
    name: "poll",
    value: duration({ from: "1ms", to: LONGEST }),
    topic: "Events",
    uses: ["events"],
    help: "check for events at least this often: the kernel does not signal all of them",
    default: "200ms",
    example: ["ebpf-map events name rb --poll 5ms", "events at most 5 ms late"],
  },
  for: {
    name: "for",
    value: duration({ from: "1ms", to: LONGEST }),
    topic: "Events",
    uses: ["events"],
    help: "stop after this time",
    example: ["ebpf-map events name rb --for 10s", "ten seconds of events"],
  },
  rateLimit: {
    name: "rate-limit",
    value: wholeNumber({ from: 1 }),
    topic: "Events",
    uses: ["events"],
    help: "print at most N events a second, and count the others",
    example: ["ebpf-map events name rb --rate-limit 100", "a sample of a busy stream"],
  },
  maxEvents: {
    name: "count",
    value: wholeNumber({ from: 1 }),
    topic: "Entries",
    uses: ["events"],
    help: "stop after N printed events, or with --group-by after N events that were read",
    example: ["ebpf-map events name rb --type 'struct event' --count 3", "three events"],
  },
  window: {
    name: "window",
    value: duration({ from: "1ms", to: LONGEST }),
    topic: "Groups of events",
    uses: ["events"],
    needs: ["group-by"],
    excludes: ["total"],
    help: "with --group-by: the period that each set of groups covers",
    default: "5s",
    example: [
      "ebpf-map events name rb --type 'struct event' --group-by value.comm --window 10s",
      "events by command, every ten seconds",
    ],
  },
  total: {
    name: "total",
    topic: "Groups of events",
    uses: ["events"],
    needs: ["group-by"],
    help: "with --group-by: print one set of groups for all events, when the stream ends",
    example: [
      "ebpf-map events name rb --type 'struct event' --group-by value.comm --total",
      "events by command, once at the end",
    ],
  },
} as const satisfies FlagTable;

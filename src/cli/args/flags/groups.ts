import type { FlagTable } from "../flag.ts";
import { choice } from "../values/choice.ts";
import { wholeNumber } from "../values/number.ts";
import { paths, queryText } from "../values/text.ts";

/** Flags that make one value of several: of CPUs, or of entries. */
export const GROUP_FLAGS = {
  perCpu: {
    name: "per-cpu",
    value: choice("HOW", ["each", "sum", "avg", "min", "max", "any"], { all: "each", total: "sum", mean: "avg" }),
    topic: "CPUs and groups",
    uses: ["dump", "lookup", "diff", "watch", "dump --watch", "report"],
    rows: true,
    help: "combine the values of all CPUs into one (sum, avg, min, max), or show each CPU (each; any leaves out CPUs whose value is all zeros)",
    example: ["ebpf-map dump name hits --per-cpu sum", "the sum over all CPUs"],
  },
  groupBy: {
    name: "group-by",
    value: paths(),
    topic: "CPUs and groups",
    uses: ["dump", "events", "watch", "dump --watch"],
    rows: true,
    help: "make one row for each combination of values of these fields",
    example: [
      "ebpf-map dump name conns --group-by key.proto --agg 'sum(value.bytes),count()'",
      "bytes and entries of each protocol",
    ],
  },
  agg: {
    name: "agg",
    value: queryText("LIST", "aggregates such as 'sum(value.bytes),count()'"),
    topic: "CPUs and groups",
    uses: ["dump", "events", "diff", "watch", "dump --watch"],
    rows: true,
    help: "the aggregates of each group, or how to combine the CPUs field by field (value.packets=sum,value.last_ns=max)",
    example: [
      "ebpf-map dump name hits --agg value.packets=sum,value.last_ns=max",
      "the CPUs combined by a different rule for each field",
    ],
  },
  maxGroups: {
    name: "max-groups",
    value: wholeNumber({ from: 0 }),
    topic: "CPUs and groups",
    uses: ["dump", "events", "watch", "dump --watch"],
    rows: true,
    needs: ["group-by"],
    help: "the maximum number of groups; for events, the group idle for longest is evicted",
    default: "100000",
    example: [
      "ebpf-map dump name conns --group-by key.saddr --max-groups 1000",
      "refuse to make more than a thousand groups",
    ],
  },
} as const satisfies FlagTable;

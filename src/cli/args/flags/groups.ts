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
    help: "make one value of those of all CPUs (sum, avg, min, max), or keep the CPUs apart (each; any: those that are not all zero)",
    example: ["ebpf-map dump name hits --per-cpu sum", "the sum over all CPUs"],
  },
  groupBy: {
    name: "group-by",
    value: paths(),
    topic: "CPUs and groups",
    uses: ["dump", "events", "watch", "dump --watch"],
    rows: true,
    help: "one row for each value of these fields",
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
    help: "aggregates of a group, or of the CPUs by field (value.packets=sum,value.last_ns=max)",
    example: [
      "ebpf-map dump name hits --agg value.packets=sum,value.last_ns=max",
      "each field of the CPUs by a rule of its own",
    ],
  },
  maxGroups: {
    name: "max-groups",
    value: wholeNumber({ from: 0 }),
    topic: "CPUs and groups",
    uses: ["dump", "events", "watch", "dump --watch"],
    rows: true,
    needs: ["group-by"],
    help: "the most groups that --group-by may make; for events, the group idle for longest is evicted",
    default: "100000",
    example: [
      "ebpf-map dump name conns --group-by key.saddr --max-groups 1000",
      "refuse to make more than a thousand groups",
    ],
  },
} as const satisfies FlagTable;

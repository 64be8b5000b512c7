import type { FlagTable } from "../flag.ts";
import { json } from "../values/json.ts";
import { wholeNumber } from "../values/number.ts";
import { paths, queryText } from "../values/text.ts";

/** Flags that choose entries, their fields and their order. */
export const ENTRY_FLAGS = {
  where: {
    name: "where",
    value: queryText("EXPR", "a condition such as 'value.packets > 1000'"),
    topic: "Entries",
    uses: ["dump", "events", "diff", "watch", "dump --watch", "report"],
    rows: true,
    help: "keep the entries for which this CEL expression is true",
    example: [
      "ebpf-map dump name conns --where 'value.packets > 1000 && value.st == ST_ESTABLISHED'",
      "the established connections with more than 1000 packets",
    ],
  },
  select: {
    name: "select",
    value: paths(),
    topic: "Entries",
    uses: ["dump", "events", "lookup", "peek", "diff", "watch", "dump --watch", "report"],
    rows: true,
    help: "show only these fields: paths separated by commas; * stands for all fields of a struct or array",
    example: ["ebpf-map dump name conns --select key.saddr,value.bytes", "two columns: the address and the bytes"],
  },
  sort: {
    name: "sort",
    value: paths(),
    topic: "Entries",
    uses: ["dump", "events", "diff", "watch", "dump --watch", "report"],
    rows: true,
    help: "sort by these fields; :desc after a path puts the largest first",
    example: [
      "ebpf-map dump name conns --sort value.bytes:desc,key.saddr",
      "the most bytes first, equal ones by address",
    ],
  },
  top: {
    name: "top",
    value: wholeNumber({ from: 0 }),
    topic: "Entries",
    uses: ["dump", "events", "diff", "watch", "dump --watch", "report"],
    rows: true,
    needs: ["sort"],
    help: "keep the first N in that order, and only these in memory (--limit takes the first N that are read)",
    example: ["ebpf-map dump name conns --sort value.bytes:desc --top 10", "the ten entries with the most bytes"],
  },
  limit: {
    name: "limit",
    value: wholeNumber({ from: 0 }),
    topic: "Entries",
    uses: ["dump", "events"],
    rows: true,
    help: "stop after N entries, or show N groups",
    example: ["ebpf-map dump name conns --limit 3", "the first three entries that the kernel gives"],
  },
  countOnly: {
    name: "count-only",
    topic: "Entries",
    uses: ["dump"],
    rows: true,
    help: "print only the number of entries",
    example: ["ebpf-map dump name conns --where value.seen --count-only", "how many entries have the flag `seen`"],
  },
  failEmpty: {
    name: "fail-empty",
    topic: "Entries",
    uses: ["dump", "events", "list", "stats", "watch", "dump --watch", "stats --watch"],
    rows: true,
    excludes: ["recursive"],
    help: "exit with 1 if there is nothing to show, as grep does",
    example: [
      "ebpf-map dump name conns --where 'value.packets >= 0' --fail-empty",
      "for scripts: whether there are such entries",
    ],
  },
  diffEmpty: {
    name: "fail-empty",
    topic: "Entries",
    uses: ["diff"],
    help: "exit with 2 if neither map has an entry to compare: otherwise that counts as the same, and the status is 0",
    example: [
      "ebpf-map diff id 7 id 7 -o json --fail-empty",
      "for scripts: the same, and there were entries to compare",
    ],
  },
  key: {
    name: "key",
    value: json(),
    topic: "Entries",
    uses: ["dump", "lookup"],
    rows: true,
    excludes: ["sort", "top", "limit", "count-only", "group-by", "recursive"],
    help: "show the entry of this key, written as JSON by the types of the map; a string on its own needs no quotes",
    example: [
      `ebpf-map lookup name conns --key '{"saddr":"10.0.0.1","dport":443,"proto":6}' -o json`,
      "the entry of a struct key",
    ],
  },
} as const satisfies FlagTable;

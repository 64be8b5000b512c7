import type { FlagTable } from "../flag.ts";
import { duration } from "../values/duration.ts";
import { percentage, wholeNumber } from "../values/number.ts";
import { text } from "../values/text.ts";

const WATCHES = ["watch", "dump --watch", "stats --watch", "top"] as const;

/** Flags of the commands that read maps repeatedly. */
export const WATCH_FLAGS = {
  watch: {
    name: "watch",
    topic: "Watching",
    uses: ["dump", "stats", "dump --watch", "stats --watch"],
    help: "repeat: dump shows changes as the command watch does, stats shows growth",
    example: [
      "ebpf-map stats name conns --watch --interval 10ms --count 2",
      "two measurements, with growth in the second",
    ],
  },
  interval: {
    name: "interval",
    value: duration({ from: "10ms", to: "24h" }),
    topic: "Watching",
    uses: WATCHES,
    help: "the time between two reads",
    default: "1s",
    example: ["ebpf-map watch name conns --interval 100ms --count 2", "ten reads a second"],
  },
  dir: {
    name: "dir",
    value: text("DIR", "the path of a folder"),
    topic: "Watching",
    uses: ["watch", "dump --watch"],
    needs: ["output=parquet"],
    help: "the folder for the files of -o parquet (below DIR/host=…/map=…/date=…/); each appears when it is complete",
    example: [
      "ebpf-map watch name conns -o parquet --dir history --rotate 10ms --count 2",
      "a file for each read, which DuckDB, Spark and ClickHouse read as one table",
    ],
  },
  rotate: {
    name: "rotate",
    value: duration({ from: "10ms", to: "24h" }),
    topic: "Watching",
    uses: ["watch", "dump --watch"],
    needs: ["output=parquet"],
    help: "start a new file after this time; without --interval, each file holds one read",
    default: "5m",
    example: [
      "ebpf-map watch name conns -o parquet --dir history --rotate 1h --interval 10ms --count 2",
      "a file for an hour, with all reads of it",
    ],
  },
  host: {
    name: "host",
    value: text("NAME", "the name of a host"),
    topic: "Watching",
    uses: ["watch", "dump --watch"],
    needs: ["output=parquet"],
    help: "the host name to record in the files: in a container, the name of the node",
    default: "the name of this machine",
    example: [
      "ebpf-map watch name conns -o parquet --dir history --host node7 --count 1",
      "the files in history/host=node7/",
    ],
  },
  reads: {
    name: "count",
    value: wholeNumber({ from: 1 }),
    topic: "Watching",
    uses: WATCHES,
    help: "stop after N reads",
    example: ["ebpf-map watch id 7 --interval 10ms --count 3", "three reads, a hundred a second"],
  },
  noInitial: {
    name: "no-initial",
    topic: "Watching",
    uses: ["watch", "dump --watch"],
    excludes: ["output=parquet", "output=hist"],
    help: "show entries only once they have changed: leave out what the first read finds",
    example: ["ebpf-map watch name conns --no-initial --interval 10ms --count 3", "what changes, and nothing else"],
  },
  wait: {
    name: "wait",
    topic: "Watching",
    uses: ["watch", "dump --watch"],
    help: "wait for a map that does not exist yet, and for a deleted one to come back",
  },
  warn: {
    name: "warn",
    value: percentage(),
    topic: "Options",
    uses: ["stats", "stats --watch", "top"],
    help: "exit with 4 if a map that refuses entries when it is full is at least this full",
    example: ["ebpf-map stats name outer --warn 80", "for monitoring: whether the map is 80 % full"],
  },
} as const satisfies FlagTable;

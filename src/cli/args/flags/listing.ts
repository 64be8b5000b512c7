import { FACT_FORMATS } from "../../../output/facts/formats.ts";
import { MAP_TYPE_NAMES } from "../../../sys/map-types.ts";
import type { FlagTable } from "../flag.ts";
import { choice, choices } from "../values/choice.ts";
import { wholeNumber } from "../values/number.ts";
import { names, queryText } from "../values/text.ts";

/** Flags of lists of maps, which have columns of their own. */
export const LIST_FLAGS = {
  owners: {
    name: "owners",
    topic: "Entries",
    uses: ["list"],
    rows: true,
    help: "show who uses a map: programs and what they are attached to, processes; a map that only a pin keeps is orphaned",
    example: ["ebpf-map list --owners", "all maps and their owners"],
  },
  mapType: {
    name: "type",
    value: choices("TYPES", MAP_TYPE_NAMES),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    help: "show the maps of these types only",
    example: ["ebpf-map list --type hash,lru_hash", "two types of maps"],
  },
  listWhere: {
    name: "where",
    value: queryText("EXPR", "a condition such as 'memlock > 1000000'"),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    help: "show the maps for which this CEL expression on the columns is true",
    example: ["ebpf-map list --where orphaned", "maps that only a pin keeps: what may have leaked"],
  },
  listSelect: {
    name: "select",
    value: names(),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    help: "show these columns only",
    example: ["ebpf-map list --select id,name,owners", "three columns"],
  },
  listSort: {
    name: "sort",
    value: names(),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    help: "order by these columns; :desc behind one puts the largest first",
    example: ["ebpf-map list --sort memlock:desc", "the maps that take the most memory first"],
  },
  listTop: {
    name: "top",
    value: wholeNumber({ from: 0 }),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    needs: ["sort"],
    help: "show the first N of the order",
    example: ["ebpf-map list --sort memlock:desc --top 10", "the ten largest"],
  },
  listOutput: {
    name: "output",
    value: choice("FORMAT", FACT_FORMATS, { jsonl: "ndjson", wide: "table", text: "table", tsv: "csv", yml: "yaml" }),
    letter: "o",
    topic: "Format",
    uses: ["list"],
    rows: true,
    help: "print in this format in place of bpftool's",
    default: "with the flags of Entries: table on a terminal, else ndjson",
    example: ["ebpf-map list -o table", "a table of all maps"],
  },
} as const satisfies FlagTable;

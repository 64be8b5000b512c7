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
    help: "show who uses a map: programs, what they are attached to, and processes; a map kept alive by a pin alone is orphaned",
    example: ["ebpf-map list --owners", "all maps and their owners"],
  },
  mapType: {
    name: "type",
    value: choices("TYPES", MAP_TYPE_NAMES),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    help: "show only maps of these types",
    example: ["ebpf-map list --type hash,lru_hash", "two types of maps"],
  },
  listWhere: {
    name: "where",
    value: queryText("EXPR", "a condition such as 'memlock > 1000000'"),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    help: "show the maps for which this CEL expression on the columns is true",
    example: ["ebpf-map list --where orphaned", "maps kept alive by a pin alone: possible leaks"],
  },
  listSelect: {
    name: "select",
    value: names(),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    help: "show only these columns",
    example: ["ebpf-map list --select id,name,owners", "three columns"],
  },
  listSort: {
    name: "sort",
    value: names(),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    help: "sort by these columns; :desc after one puts the largest first",
    example: ["ebpf-map list --sort memlock:desc", "the maps that take the most memory first"],
  },
  listTop: {
    name: "top",
    value: wholeNumber({ from: 0 }),
    topic: "Entries",
    uses: ["list"],
    rows: true,
    needs: ["sort"],
    help: "show the first N in that order",
    example: ["ebpf-map list --sort memlock:desc --top 10", "the ten largest"],
  },
  listOutput: {
    name: "output",
    value: choice("FORMAT", FACT_FORMATS, { jsonl: "ndjson", wide: "table", text: "table", tsv: "csv", yml: "yaml" }),
    letter: "o",
    topic: "Format",
    uses: ["list"],
    rows: true,
    help: "print in this format instead of bpftool's",
    default: "with the flags of Entries: table on a terminal, else ndjson",
    example: ["ebpf-map list -o table", "a table of all maps"],
  },
} as const satisfies FlagTable;

import { FACT_FORMATS } from "../../../output/facts/formats.ts";
import { GROUP_FACTS } from "../../../output/stats/stats-groups.ts";
import type { FlagTable } from "../flag.ts";
import { choice } from "../values/choice.ts";
import { percentage, wholeNumber } from "../values/number.ts";
import { queryText } from "../values/text.ts";

const SCREENS = ["stats --watch", "top"] as const;
const ALL = ["stats", ...SCREENS] as const;

/** Flags of the commands that show how full maps are. */
export const STATS_FLAGS = {
  statsWhere: {
    name: "where",
    value: queryText("EXPR", "a condition on the columns such as 'ratio > 0.8 && type == \"hash\"'"),
    topic: "Entries",
    uses: ALL,
    help: "keep the maps for which this CEL expression on the columns (the names in JSON) is true",
    example: [
      `ebpf-map stats --where 'ratio > 0.8 && when_full == "refuses"'`,
      "the maps that will soon refuse entries",
    ],
  },
  statsSort: {
    name: "sort",
    value: queryText("COLUMNS", "columns such as ratio:desc,name"),
    topic: "Entries",
    uses: ALL,
    help: "sort by these columns; :desc after one puts the largest first",
    example: ["ebpf-map stats --sort memlock:desc", "the maps that take the most memory first"],
  },
  statsTop: {
    name: "top",
    value: wholeNumber({ from: 0 }),
    topic: "Entries",
    uses: ALL,
    help: "show the first N maps",
    example: ["ebpf-map stats --sort ratio:desc --top 5", "the five fullest maps"],
  },
  statsGroupBy: {
    name: "group-by",
    value: choice("COLUMN", GROUP_FACTS, { owners: "owner", names: "name", types: "type" }),
    topic: "Entries",
    uses: ["stats"],
    help: "total the maps that have this in common: their number, entries and memory",
    excludes: ["sort", "top"],
    example: ["ebpf-map stats --group-by type", "how many maps of each type there are, and their memory"],
  },
  statsOwners: {
    name: "owners",
    topic: "Entries",
    uses: ALL,
    help: "show who uses a map: processes, programs and what they are attached to; top shows this anyway where there is room",
    example: ["ebpf-map stats --owners", "all maps and their owners"],
  },
  statsOutput: {
    name: "output",
    value: choice("FORMAT", FACT_FORMATS, { jsonl: "ndjson", wide: "table", text: "table", tsv: "csv", yml: "yaml" }),
    letter: "o",
    topic: "Format",
    uses: ["stats"],
    help: "print in this format",
    default: "table on a terminal, else ndjson",
    example: ["ebpf-map stats -o csv", "for a spreadsheet"],
  },
  cpu: {
    name: "cpu",
    value: percentage(),
    topic: "Watching",
    uses: [...SCREENS, "serve"],
    excludes: ["exact"],
    help: "the share of one CPU to spend on counting entries; where that is too little, numbers are estimates, and marked",
    default: "5%",
    example: ["ebpf-map stats --watch --cpu 1% --count 1", "disturb a busy machine less"],
  },
  exact: {
    name: "exact",
    topic: "Watching",
    uses: [...SCREENS, "serve"],
    help: "count every entry, however long that takes",
  },
} as const satisfies FlagTable;

import { TEXT_MODES } from "../../../codec/text/shown-text.ts";
import { OUTPUT_FORMATS } from "../../../output/rows/formats.ts";
import { flag, valueFlag } from "../flag.ts";
import { choice } from "../values/choice.ts";
import { histogramScale } from "../values/scale.ts";
import { path, queryText } from "../values/text.ts";

/** Words of other tools for our formats. */
const SYNONYMS = { jsonl: "ndjson", jsonlines: "ndjson", wide: "table", text: "table" } as const;

/** Flags that say how entries are printed. `--output` is one of several by command. */
export const FORMAT_FLAGS = {
  output: valueFlag(
    choice("FORMAT", OUTPUT_FORMATS, { ...SYNONYMS, tsv: "csv", excel: "csv", yml: "yaml", histogram: "hist" }),
    {
      name: "output",
      letter: "o",
      topic: "Format",
      uses: ["dump", "events", "lookup", "peek"],
      rows: true,
      help: "print in this format in place of bpftool's",
      example: ["ebpf-map dump name conns -o ndjson", "a line of JSON for each entry"],
    },
  ),
  reportOutput: valueFlag(choice("FORMAT", ["table", "ndjson", "json"], SYNONYMS), {
    name: "output",
    letter: "o",
    topic: "Format",
    uses: ["stats", "diff"],
    help: "print in this format",
    default: "table on a terminal, else ndjson",
    example: ["ebpf-map stats -o table", "a table, in a pipe too"],
  }),
  watchOutput: valueFlag(choice("FORMAT", ["table", "ndjson"], SYNONYMS), {
    name: "output",
    letter: "o",
    topic: "Format",
    uses: ["watch", "dump --watch", "stats --watch"],
    help: "a live table, or lines of JSON",
    default: "table on a terminal, else ndjson",
    example: ["ebpf-map watch name conns -o ndjson --count 1", "lines of JSON, on a terminal too"],
  }),
  outputFile: valueFlag(path(), {
    name: "output",
    letter: "o",
    topic: "Options",
    uses: ["generate", "schema export"],
    help: "write to FILE in place of stdout",
    example: ["ebpf-map generate id 7 -o conns.ts", "write the file conns.ts"],
  }),
  render: valueFlag(queryText("LIST", "renderers of fields or types such as key.saddr=ipv4"), {
    name: "render",
    topic: "Format",
    uses: ["dump", "events", "lookup", "peek", "diff", "watch", "dump --watch"],
    rows: true,
    excludes: ["no-render"],
    help: "show a field, or all fields of a type, by a renderer such as ipv4, port or ktime",
    example: ["ebpf-map dump name conns --render key.saddr=ipv4,key.dport=port", "addresses and ports to read"],
  }),
  noRender: flag({
    name: "no-render",
    topic: "Format",
    uses: ["dump", "events", "lookup", "peek", "diff", "watch", "dump --watch"],
    rows: true,
    help: "show numbers and bytes as they are",
  }),
  int64: valueFlag(choice("FORM", ["digits", "string"], { number: "digits", text: "string" }), {
    name: "int64",
    topic: "Format",
    uses: ["dump", "events", "lookup", "peek", "diff", "watch", "dump --watch"],
    rows: true,
    help: "64-bit integers in JSON: digits, or strings for readers that would round them",
    default: "digits",
    example: ["ebpf-map dump name conns -o json --int64 string", "for JavaScript, whose numbers hold 53 bits"],
  }),
  enums: valueFlag(choice("FORM", ["name", "number", "both"]), {
    name: "enums",
    topic: "Format",
    uses: ["dump", "events", "lookup", "peek", "diff", "watch", "dump --watch"],
    rows: true,
    help: "enums by name, by number, or both",
    default: "name",
    example: ["ebpf-map dump name conns -o ndjson --enums both", "each enum as its name and its number"],
  }),
  scale: valueFlag(histogramScale(), {
    name: "scale",
    topic: "Format",
    uses: ["dump"],
    rows: true,
    needs: ["output=hist"],
    help: "the meaning of the slots of -o hist: powers of two, the numbers themselves, or the buckets of bpftrace's hist() or lhist()",
    default: "log2; linear for arrays of more than 64 slots",
    example: ["ebpf-map dump name counts -o hist --scale bpftrace", "what a script of bpftrace counts with hist()"],
  }),
  text: valueFlag(choice("MODE", TEXT_MODES), {
    name: "text",
    topic: "Format",
    uses: ["dump", "events", "lookup", "peek", "diff", "watch", "dump --watch"],
    rows: true,
    help: "bytes of a text that are not UTF-8: U+FFFD in their place, or escaped without loss",
    default: "replace",
    example: ["ebpf-map dump name conns -o ndjson --text escape", "the byte e9 as \\udce9"],
  }),
  csvSafe: flag({
    name: "csv-safe",
    topic: "Format",
    uses: ["dump", "lookup", "peek"],
    rows: true,
    needs: ["output=csv"],
    help: "mark texts that a spreadsheet would take for formulas (= + - @ first) as text, with an apostrophe",
    example: ["ebpf-map dump name conns -o csv --csv-safe", "a file to open in a spreadsheet"],
  }),
  recursive: flag({
    name: "recursive",
    topic: "Format",
    uses: ["dump"],
    rows: true,
    excludes: ["select", "sort", "group-by", "agg", "count"],
    help: "show the maps inside a map of maps, with their own types",
    example: ["ebpf-map dump name outer --recursive -o json", "the entries of the inner maps, too"],
  }),
  color: valueFlag(
    choice("WHEN", ["auto", "always", "never"], { yes: "always", no: "never", on: "always", off: "never" }),
    {
      name: "color",
      topic: "Format",
      uses: ["dump", "events", "lookup", "peek", "stats", "diff", "watch", "dump --watch", "stats --watch", "help"],
      rows: true,
      help: "colour the output always, never, or (auto) on a terminal where NO_COLOR is not set",
      default: "auto",
      example: ["ebpf-map stats --color never", "no colours"],
    },
  ),
  config: valueFlag(path(), {
    name: "config",
    topic: "Format",
    uses: ["dump", "events", "lookup", "peek", "diff", "watch", "dump --watch"],
    rows: true,
    help: "the configuration file: renderers and schema files by map",
    default: "~/.config/ebpf-map/config.yaml",
    example: ["ebpf-map dump name conns --config ebpf-map.yaml", "with the renderers that this file names"],
  }),
} as const;

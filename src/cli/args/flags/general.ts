import { DIALECT_VERSIONS, type Dialect, dialectOf } from "../../../codec/bpftool/dialect.ts";
import type { FlagTable, Switch } from "../flag.ts";
import { choice } from "../values/choice.ts";
import { path } from "../values/text.ts";
import type { ValueType } from "../values/value-type.ts";

/** Flags of all commands, and of those that take few others. */
export const GENERAL_FLAGS = {
  json: {
    name: "json",
    letter: "j",
    topic: "Options",
    uses: "all",
    bpftool: true,
    help: "print JSON on one line, errors too",
    example: ["ebpf-map -j dump id 7", "raw bytes and decoded values, as bpftool prints them"],
  },
  pretty: {
    name: "pretty",
    letter: "p",
    topic: "Options",
    uses: "all",
    bpftool: true,
    help: "print JSON with line breaks; implies --json",
    example: ["ebpf-map -p dump id 7", "the same for people"],
  },
  bpffs: {
    name: "bpffs",
    letter: "f",
    topic: "Options",
    uses: ["list"],
    bpftool: true,
    help: "show where maps are pinned",
    example: ["ebpf-map list -f", "all maps and their pins"],
  },
  pids: {
    name: "pids",
    topic: "Options",
    uses: ["list"],
    help: "show which processes hold a map open",
    example: ["ebpf-map list --pids", "all maps and their processes"],
  },
  allMaps: {
    name: "all",
    topic: "Options",
    uses: ["save"],
    excludes: ["btf", "btf-base", "key-type", "value-type", "schema"],
    help: "save every map of this kernel; maps that cannot be read are listed in the file, and the status is 3",
    example: ["ebpf-map save --all host.ndjson.gz", "one file to examine later, or to send to somebody"],
  },
  force: {
    name: "force",
    topic: "Options",
    uses: ["save"],
    help: "replace FILE if it exists",
    example: ["ebpf-map save name conns conns.ndjson.gz --force", "replace the file"],
  },
  selfCheck: {
    name: "self-check",
    topic: "Options",
    uses: ["doctor"],
    help: "compare the output of bpftool and ebpf-map for MAP",
  },
  report: {
    name: "report",
    topic: "Options",
    uses: ["dump"],
    help: "report on stderr how the read went: whether it was complete, by which method, how long it took",
  },
  noProgress: {
    name: "no-progress",
    topic: "Options",
    uses: ["dump"],
    help: "show no progress line, however long a read takes",
  },
  compat: {
    name: "compat",
    value: dialect(),
    topic: "Options",
    uses: "all",
    help: "print what this version of bpftool prints",
    default: "the newest",
    example: ["ebpf-map dump id 7 --compat 7.1", "as the bpftool of Debian 12"],
  },
  debug: {
    name: "debug",
    letter: "d",
    topic: "Options",
    uses: "all",
    bpftool: true,
    help: "show where an error comes from, and how dump prints entries",
  },
  help: {
    name: "help",
    letter: "h",
    topic: "Options",
    uses: "all",
    bpftool: true,
    help: "show help for the program, or for the command",
  },
  version: {
    name: "version",
    letter: "V",
    topic: "Options",
    uses: "all",
    bpftool: true,
    help: "show the version",
  },
  licences: {
    name: "licences",
    topic: "Options",
    uses: ["version"],
    help: "show the licences of the program and of everything in it",
    example: ["ebpf-map version --licences", "all licences in full"],
  },
  mapcompat: ignoredFlag("mapcompat", "m"),
  nomount: ignoredFlag("nomount", "n"),
  useLoader: ignoredFlag("use-loader", "L"),
  baseBtf: {
    name: "base-btf",
    value: path(),
    letter: "B",
    topic: "Options",
    uses: "all",
    bpftool: true,
    ignored: true,
    help: "bpftool's; changes nothing",
  },
} as const satisfies FlagTable;

function ignoredFlag(name: string, letter: string): Switch {
  return {
    name,
    letter,
    topic: "Options",
    uses: "all",
    bpftool: true,
    ignored: true,
    help: "bpftool's; changes nothing",
  };
}

function dialect(): ValueType<Dialect> {
  const version = choice("VERSION", DIALECT_VERSIONS);
  return {
    ...version,
    parse: (text, option) => {
      const known = version.parse(text, option);
      return known === undefined ? undefined : dialectOf(known);
    },
  };
}

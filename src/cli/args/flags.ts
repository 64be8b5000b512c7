import { DIALECT_VERSIONS } from "../../codec/bpftool/dialect.ts";
import type { CommandName } from "./commands.ts";
import { EVENT_FLAGS, type EventFlags } from "./event-flags.ts";
import { EVENT_COUNT, GENERATE_OUTPUT, QUERY_FLAGS, type QueryOptions, WATCH_COUNT } from "./query-flags.ts";

/** What the options of a command line say. */
export interface Options {
  readonly json: boolean;
  readonly pretty: boolean;
  readonly bpffs: boolean;
  readonly debug: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly pids: boolean;
  readonly force: boolean;
  readonly "self-check": boolean;
  readonly report: boolean;
  readonly "no-progress": boolean;
  readonly compat: string | undefined;
  readonly btf: string | undefined;
  readonly "key-type": string | undefined;
  readonly "value-type": string | undefined;
  readonly schema: string | undefined;
  readonly format: string | undefined;
  readonly values: boolean;
  readonly check: boolean;
  /** The options that ask for something that bpftool doesn't have; undefined where there are none of them. */
  readonly query: QueryOptions | undefined;
  /** The options of streams of events; undefined where there are none of them. */
  readonly events: EventFlags | undefined;
}

/** One option. The parser, the help texts, shell completion and the README's table are made from these. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** One letter. */
  readonly alias?: string;
  /** The name of its value in texts, for an option that has one. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly description: string;
  /** The commands that it means something to. */
  readonly commands: readonly CommandName[] | "all";
  /** A command line that shows it. */
  readonly example?: string;
  /** bpftool has it too, so its abbreviations go before those of our own. */
  readonly bpftool: boolean;
  /** Taken so that a script for bpftool goes on working; it changes nothing here. */
  readonly ignored?: boolean;
}

export const FLAGS: readonly Flag[] = [
  {
    name: "json",
    alias: "j",
    description: "print JSON on one line, errors too",
    commands: "all",
    example: "ebpf-map -j dump id 7",
    bpftool: true,
  },
  {
    name: "pretty",
    alias: "p",
    description: "print JSON with line breaks; implies --json",
    commands: "all",
    example: "ebpf-map -p dump id 7",
    bpftool: true,
  },
  {
    name: "bpffs",
    alias: "f",
    description: "show where maps are pinned",
    commands: ["list"],
    example: "ebpf-map list -f",
    bpftool: true,
  },
  {
    name: "pids",
    description: "show which processes hold a map open",
    commands: ["list"],
    example: "ebpf-map list --pids",
    bpftool: false,
  },
  {
    name: "force",
    description: "replace FILE if it exists",
    commands: ["save"],
    example: "ebpf-map save id 7 conns.ndjson.gz --force",
    bpftool: false,
  },
  {
    name: "btf",
    value: "FILE",
    description: "take types from FILE (BTF, an object of the program, vmlinux) in place of the map's own",
    commands: ["dump", "lookup", "getnext", "peek", "diff", "watch", "events", "schema", "generate"],
    example: "ebpf-map dump pinned /sys/fs/bpf/conns --btf prog.bpf.o",
    bpftool: false,
  },
  {
    name: "key-type",
    value: "TYPE",
    description: "take the keys for TYPE: a name, or a declaration in C",
    commands: ["dump", "lookup", "getnext", "peek", "diff", "watch", "schema", "generate"],
    example: "ebpf-map dump id 7 --key-type u32 --value-type 'struct { u32 packets; u32 bytes; }'",
    bpftool: false,
  },
  {
    name: "value-type",
    value: "TYPE",
    description: "take the values for TYPE: a name, or a declaration in C",
    commands: ["dump", "lookup", "getnext", "peek", "diff", "watch", "schema", "generate"],
    example: "ebpf-map dump id 7 --btf prog.bpf.o --value-type 'struct conn_val'",
    bpftool: false,
  },
  {
    name: "schema",
    value: "FILE",
    description: "take types from a schema file where the map has none of its own",
    commands: ["dump", "lookup", "getnext", "peek", "diff", "watch", "schema", "generate"],
    example: "ebpf-map dump id 7 --schema conns.schema.json",
    bpftool: false,
  },
  {
    name: "format",
    value: "FORMAT",
    choices: ["tree", "c", "json"],
    description: "how to show a layout (default: tree)",
    commands: ["schema"],
    example: "ebpf-map schema show id 7 --format c",
    bpftool: false,
  },
  {
    name: "check",
    description: "only say whether FILE is up to date, and exit with 1 where it is not",
    commands: ["generate"],
    example: "ebpf-map generate id 7 -o conns.ts --check",
    bpftool: false,
  },
  {
    name: "values",
    description: "check the values of all entries, too",
    commands: ["schema"],
    example: "ebpf-map schema check id 7 conns.schema.json --values",
    bpftool: false,
  },
  {
    name: "self-check",
    description: "compare what bpftool and ebpf-map print for MAP",
    commands: ["doctor"],
    example: "ebpf-map doctor --self-check id 7",
    bpftool: false,
  },
  {
    name: "report",
    description: "say on stderr how the read went: whether it is complete, how it was done, how long it took",
    commands: ["dump"],
    bpftool: false,
  },
  {
    name: "no-progress",
    description: "show no progress line, also where a read takes long",
    commands: ["dump"],
    bpftool: false,
  },
  {
    name: "compat",
    value: "VERSION",
    choices: DIALECT_VERSIONS,
    description: "print what that version of bpftool prints (default: the newest)",
    commands: "all",
    example: "ebpf-map dump id 7 --compat 7.1",
    bpftool: false,
  },
  ...QUERY_FLAGS,
  ...EVENT_FLAGS,
  { name: "debug", alias: "d", description: "say where an error comes from", commands: "all", bpftool: true },
  { name: "help", alias: "h", description: "explain the program, or the command", commands: "all", bpftool: true },
  { name: "version", alias: "V", description: "show the version", commands: "all", bpftool: true },
  { name: "mapcompat", alias: "m", description: "", commands: "all", bpftool: true, ignored: true },
  { name: "nomount", alias: "n", description: "", commands: "all", bpftool: true, ignored: true },
  { name: "use-loader", alias: "L", description: "", commands: "all", bpftool: true, ignored: true },
  { name: "base-btf", alias: "B", value: "FILE", description: "", commands: "all", bpftool: true, ignored: true },
];

/** The options as commands know them in which one means another thing: `--count`, or `--output`. */
const WATCH_FLAGS: readonly Flag[] = withInstead(WATCH_COUNT);
const EVENT_COMMAND_FLAGS: readonly Flag[] = withInstead(EVENT_COUNT);
const GENERATE_FLAGS: readonly Flag[] = withInstead(GENERATE_OUTPUT);

function withInstead(flag: Flag): readonly Flag[] {
  return [...FLAGS.filter(({ name }) => name !== flag.name), flag];
}

/** The options as a command knows them, and as they are with `--watch`. */
export function flagsOf(command: CommandName | undefined, query: QueryOptions | undefined): readonly Flag[] {
  if (command === "events") return EVENT_COMMAND_FLAGS;
  if (command === "generate") return GENERATE_FLAGS;
  return command === "watch" || command === "stats" || query?.watch !== undefined ? WATCH_FLAGS : FLAGS;
}

/** What the script that `completion` prints puts before the words that are to be completed. */
export const COMPLETE_OPTION = "--get-yargs-completions";

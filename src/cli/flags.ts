import { DIALECT_VERSIONS } from "../codec/dialect.ts";
import type { CommandName } from "./commands.ts";

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
  readonly compat: string | undefined;
  readonly attach: boolean;
  readonly consume: boolean;
  readonly from: string | undefined;
  readonly poll: string | undefined;
  readonly pages: string | undefined;
  readonly type: string | undefined;
  readonly types: string | undefined;
  readonly "type-by": string | undefined;
  readonly btf: string | undefined;
  readonly count: string | undefined;
  readonly for: string | undefined;
  readonly "rate-limit": string | undefined;
  readonly output: string | undefined;
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
    name: "compat",
    value: "VERSION",
    choices: DIALECT_VERSIONS,
    description: "print what that version of bpftool prints (default: the newest)",
    commands: "all",
    example: "ebpf-map dump id 7 --compat 7.1",
    bpftool: false,
  },
  {
    name: "output",
    alias: "o",
    value: "FORMAT",
    choices: ["ndjson", "json", "text"],
    description: "the form of events: JSON, one a line or in an array, or bytes in hexadecimal and ASCII",
    commands: ["events"],
    example: "ebpf-map events name rb --type 'struct event' -o ndjson",
    bpftool: false,
  },
  {
    name: "type",
    value: "TYPE",
    description: "the C type of the events, from the BTF of the programs that use the map",
    commands: ["events"],
    example: "ebpf-map events name rb --type 'struct event'",
    bpftool: false,
  },
  {
    name: "types",
    value: "N=TYPE,…",
    description: "several types, by the number that --type-by reads from an event",
    commands: ["events"],
    example: "ebpf-map events name rb --type-by u32@0 --types '1=struct open_event,2=struct exec_event'",
    bpftool: false,
  },
  {
    name: "type-by",
    value: "INT@BYTE",
    description: "where an event says of which of --types it is: u32@0 is 32 bits at its start",
    commands: ["events"],
    example: "ebpf-map events name rb --type-by u32@0 --types '1=struct open_event,2=struct exec_event'",
    bpftool: false,
  },
  {
    name: "btf",
    value: "FILE",
    description: "take types from this file: BTF, or an ELF object with a .BTF section",
    commands: ["events"],
    example: "ebpf-map events name rb --type 'struct event' --btf prog.bpf.o",
    bpftool: false,
  },
  {
    name: "attach",
    description: "let a perf event array write to this program: takes the place of another reader",
    commands: ["events", "event_pipe"],
    example: "ebpf-map events name pipe --attach",
    bpftool: false,
  },
  {
    name: "pages",
    value: "N",
    description: "pages of each CPU's buffer for a perf event array, a power of two (default: 128)",
    commands: ["events"],
    example: "ebpf-map events name pipe --attach --pages 1024",
    bpftool: false,
  },
  {
    name: "consume",
    description: "take events away from a ring buffer, as its only consumer",
    commands: ["events"],
    example: "ebpf-map events name rb --consume",
    bpftool: false,
  },
  {
    name: "from",
    value: "WHERE",
    choices: ["now", "oldest"],
    description: "begin with new events, or with the oldest that is not consumed",
    commands: ["events"],
    example: "ebpf-map events name rb --from oldest",
    bpftool: false,
  },
  {
    name: "poll",
    value: "TIME",
    description: "look for events at least so often (default: 20ms); the kernel doesn't tell of all",
    commands: ["events"],
    example: "ebpf-map events name rb --poll 5ms",
    bpftool: false,
  },
  {
    name: "count",
    value: "N",
    description: "end after so many events",
    commands: ["events"],
    example: "ebpf-map events name rb --count 100",
    bpftool: false,
  },
  {
    name: "for",
    value: "TIME",
    description: "end after this time: 500ms, 10s, 5m",
    commands: ["events"],
    example: "ebpf-map events name rb --for 10s",
    bpftool: false,
  },
  {
    name: "rate-limit",
    value: "N",
    description: "print at most so many events a second; the others are counted",
    commands: ["events"],
    example: "ebpf-map events name rb --rate-limit 100",
    bpftool: false,
  },
  { name: "debug", alias: "d", description: "say where an error comes from", commands: "all", bpftool: true },
  { name: "help", alias: "h", description: "explain the program, or the command", commands: "all", bpftool: true },
  { name: "version", alias: "V", description: "show the version", commands: "all", bpftool: true },
  { name: "mapcompat", alias: "m", description: "", commands: "all", bpftool: true, ignored: true },
  { name: "nomount", alias: "n", description: "", commands: "all", bpftool: true, ignored: true },
  { name: "use-loader", alias: "L", description: "", commands: "all", bpftool: true, ignored: true },
  { name: "base-btf", alias: "B", value: "FILE", description: "", commands: "all", bpftool: true, ignored: true },
];

/** What the script that `completion` prints puts before the words that are to be completed. */
export const COMPLETE_OPTION = "--get-yargs-completions";

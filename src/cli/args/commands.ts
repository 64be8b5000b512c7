import { isPrefix } from "./abbreviation.ts";

/** The commands of this program. `show` is another word for `list`. */
export type CommandName =
  | "list"
  | "dump"
  | "lookup"
  | "getnext"
  | "peek"
  | "save"
  | "schema"
  | "generate"
  | "events"
  | "event_pipe"
  | "stats"
  | "top"
  | "diff"
  | "watch"
  | "report"
  | "serve"
  | "demo"
  | "doctor"
  | "verifier"
  | "help"
  | "version"
  | "completion";

/** A way to use a command in which flags have a meaning of their own: a subcommand, or a command that repeats. */
export type Use = CommandName | "schema show" | "schema export" | "schema check" | "dump --watch" | "stats --watch";

/** A command line, and a description of its result. */
export type Example = readonly [line: string, shows: string];

/**
 * The words behind a command that name a map, and what may stand behind them. `verb` stands before the map:
 * `schema show`.
 */
export type MapArguments = "none" | "one" | "one, key" | "one, slot" | "one, file" | "verb, one" | "several";

/** A command. Help texts, the man page, completion and the manual's tables are made from these. */
export interface Command {
  readonly name: CommandName;
  /** The forms of the words behind the name: `MAP key DATA`. */
  readonly forms: readonly [string, ...string[]];
  readonly maps: MapArguments;
  readonly description: string;
  /** Command lines with descriptions. They work if the maps that they name exist. */
  readonly examples: readonly Example[];
  /** True if bpftool has this command, too: then all of bpftool's flags are accepted. */
  readonly bpftool: boolean;
}

export const COMMANDS: readonly Command[] = [
  {
    name: "list",
    forms: ["[MAP]"],
    maps: "one",
    bpftool: true,
    description: "list maps with their type, name, sizes and memory",
    examples: [
      ["ebpf-map list", "all maps"],
      ["ebpf-map list -f --pids", "with their pins and the processes that hold them"],
      ["ebpf-map -p list name conns", "the maps with this name, as JSON"],
    ],
  },
  {
    name: "dump",
    forms: ["MAP"],
    maps: "one",
    bpftool: true,
    description: "print all entries of a map",
    examples: [
      ["ebpf-map dump id 7", "decoded by the map's types, or in hexadecimal where it has none"],
      ["ebpf-map -j dump pinned /sys/fs/bpf/conns", "raw bytes and decoded values, as JSON"],
      ["ebpf-map dump file conns.ndjson.gz", "a snapshot written by save"],
      ["ebpf-map dump name conns --where value.seen", "some entries: a table, or lines of JSON in a pipe"],
      ["ebpf-map dump name conns --sort value.bytes", "the smallest first; value.bytes:desc for the largest"],
    ],
  },
  {
    name: "lookup",
    forms: ["MAP [key DATA]"],
    maps: "one, key",
    bpftool: true,
    description: "print the entry of a key",
    examples: [
      ["ebpf-map lookup id 7 key 1 0 0 0", "bytes in decimal, in hexadecimal with 0x, in octal with 0"],
      ["ebpf-map lookup id 7 key hex 01 00 00 00", "all bytes in hexadecimal"],
    ],
  },
  {
    name: "getnext",
    forms: ["MAP [key DATA]"],
    maps: "one, key",
    bpftool: true,
    description: "print the key that follows a key, or the first key",
    examples: [
      ["ebpf-map getnext id 7", "the first key"],
      ["ebpf-map getnext id 7 key 1 0 0 0", "the key that follows this one"],
    ],
  },
  {
    name: "peek",
    forms: ["MAP"],
    maps: "one",
    bpftool: true,
    description: "print the next value of a queue or stack without removing it",
    examples: [["ebpf-map peek name jobs", "the value at the head"]],
  },
  {
    name: "save",
    forms: ["MAP FILE", "--all FILE"],
    maps: "one, file",
    bpftool: false,
    description: "write maps with their types to a snapshot file, compressed if FILE ends in .gz; - is stdout",
    examples: [
      ["ebpf-map save name conns conns.ndjson.gz", "to be read with: ebpf-map dump file conns.ndjson.gz"],
      ["ebpf-map save name conns conns.ndjson.gz --force", "replace the file"],
    ],
  },
  {
    name: "schema",
    forms: ["show MAP [--format FORMAT]", "export MAP [-o FILE]", "check MAP FILE [--values]"],
    maps: "verb, one",
    bpftool: false,
    description: "show the layout of a map's entries, export it, or compare a map with an exported file",
    examples: [
      ["ebpf-map schema show name conns", "offsets, sizes, holes and padding"],
      ["ebpf-map schema export name conns -o conns.schema.json", "a schema file, to which limits can be added"],
      ["ebpf-map schema check name conns conns.schema.json", "exits with 1 for added fields, 2 for changed ones"],
    ],
  },
  {
    name: "generate",
    forms: [
      "MAP [-o FILE]",
      "--value-type TYPE [--key-type TYPE] [-o FILE]",
      "--btf FILE --all [--type TYPE] [-o FILE]",
    ],
    maps: "one",
    bpftool: false,
    description: "write TypeScript for the entries of a map, the events of a stream, or all maps of an object file",
    examples: [
      ["ebpf-map generate name conns -o conns.ts", "a file with openConns()"],
      ["ebpf-map generate name conns -o conns.ts --check", "exits with 1 if the file is out of date"],
      ["ebpf-map generate --value-type u64 -o conns.ts", "without a map; type names are those of --btf FILE"],
      ["ebpf-map generate name rb --type 'struct event' -o rb.ts", "a file with openRbStream() for a ring buffer"],
    ],
  },
  {
    name: "events",
    forms: ["MAP"],
    maps: "one",
    bpftool: false,
    description: "print the events of a ring buffer or perf event array, until Ctrl-C",
    examples: [
      ["ebpf-map events name rb", "bytes; the map's real consumer still gets every event"],
      ["ebpf-map events name rb --type 'struct event'", "decoded, as lines of JSON"],
      ["ebpf-map events name pipe --attach --for 10s", "ten seconds of a perf event array"],
    ],
  },
  {
    name: "event_pipe",
    forms: ["MAP [cpu N index M]"],
    maps: "one, slot",
    bpftool: true,
    description: "print the events of a perf event array as bpftool does",
    examples: [["ebpf-map -j event_pipe name pipe --attach", "as JSON"]],
  },
  {
    name: "stats",
    forms: ["[MAP…]"],
    maps: "several",
    bpftool: false,
    description: "show how full maps are: entries, room, memory, and what happens when they are full",
    examples: [
      ["ebpf-map stats", "all maps"],
      ["ebpf-map stats name outer --warn 80", "exits with 4 if the map is at least 80 % full"],
      ["ebpf-map stats id 7 id 8 -o ndjson", "a line of JSON for each of two maps"],
    ],
  },
  {
    name: "top",
    forms: ["[MAP…]"],
    maps: "several",
    bpftool: false,
    description:
      "show the fullest maps first, live, with growth, time to full and memory; Enter watches the entries of a map",
    examples: [
      ["ebpf-map top", "all maps; ? shows the keys"],
      ["ebpf-map top --where 'when_full == \"refuses\"'", "the maps that can be too full"],
    ],
  },
  {
    name: "diff",
    forms: ["MAP MAP"],
    maps: "several",
    bpftool: false,
    description: "show the differences of two maps or snapshots; exits with 0 (same), 1 (different) or 2 (trouble)",
    examples: [
      ["ebpf-map diff file conns.ndjson.gz id 7 -o json", "what has changed since the snapshot was taken"],
      ["ebpf-map diff id 7 id 7 --select value.bytes -j", "compare these fields only"],
    ],
  },
  {
    name: "watch",
    forms: ["MAP"],
    maps: "one",
    bpftool: false,
    description:
      "show how entries change: a live table on a terminal (latest changes first; ? lists the keys), a line of JSON for each change in a pipe; PATH.rate and PATH.delta are columns to sort by",
    examples: [
      ["ebpf-map watch name conns --count 1", "the entries as they are now"],
      ["ebpf-map watch id 7 --interval 10ms --count 3", "three reads, a hundred a second"],
      ["ebpf-map watch name conns --sort value.bytes.rate:desc --top 20 --count 1", "the top talkers"],
    ],
  },
  {
    name: "report",
    forms: ["MAP [-o FILE]"],
    maps: "one",
    bpftool: false,
    description: "write a map as one page of HTML, for a ticket or a mail",
    examples: [
      ["ebpf-map report name conns -o report.html", "one file, to open in a browser; it loads nothing"],
      ["ebpf-map report file conns.ndjson.gz -o report.html --force", "the report of a snapshot, replacing the file"],
    ],
  },
  {
    name: "serve",
    forms: [""],
    maps: "none",
    bpftool: false,
    description:
      "serve maps to browsers, and metrics of them to Prometheus: how full they are, and values that a configuration takes from entries",
    examples: [
      ["ebpf-map serve --once", "the metrics of all maps, on stdout"],
      ["ebpf-map serve --listen 127.0.0.1:9427", "until SIGTERM, at http://127.0.0.1:9427/metrics"],
    ],
  },
  {
    name: "demo",
    forms: [""],
    maps: "none",
    bpftool: false,
    description: "dump a bundled snapshot of a connection table; needs no rights",
    examples: [
      ["ebpf-map demo", "as text"],
      ["ebpf-map -j demo", "as JSON"],
    ],
  },
  {
    name: "doctor",
    forms: ["", "--self-check MAP"],
    maps: "one",
    bpftool: false,
    description: "check what works on this machine for this user, and how to fix what doesn't",
    examples: [
      ["ebpf-map doctor", "kernel, rights, file systems, bpftool"],
      ["ebpf-map doctor --self-check id 7", "whether bpftool prints the same for that map"],
    ],
  },
  {
    name: "verifier",
    forms: ["[LOG|-]"],
    maps: "none",
    bpftool: false,
    description: "read a log of the kernel's verifier: which line of C it refuses, why, and what to change",
    examples: [
      ["ebpf-map verifier load.log", "the line to change, with the reason and the cure"],
      ["ebpf-map verifier load.log --object prog.bpf.o", "with the column and the full path, from the object file"],
      ["ebpf-map verifier load.log --format github", "annotations for a pull request"],
    ],
  },
  {
    name: "help",
    forms: ["[COMMAND | TOPIC]"],
    maps: "none",
    bpftool: true,
    description: "show help for the program, a command, or a topic of the manual",
    examples: [["ebpf-map help dump", "the flags of dump"]],
  },
  {
    name: "version",
    forms: [""],
    maps: "none",
    bpftool: true,
    description: "show the version, and the versions of bpftool whose output it matches",
    examples: [["ebpf-map -j version", "as JSON"]],
  },
  {
    name: "completion",
    forms: ["[bash | zsh | fish]"],
    maps: "none",
    bpftool: false,
    description: "print a script that completes commands, maps, flags and fields, or how to install it",
    examples: [
      ["ebpf-map completion", "how to install it for the shell in use"],
      ["ebpf-map completion bash", "for ~/.bashrc: source <(ebpf-map completion bash)"],
    ],
  },
];

/**
 * The words that name commands, in the order in which prefixes are resolved. bpftool's order comes first, so that its
 * abbreviations mean the same here, even if they name a command that changes a map.
 */
const COMMAND_WORDS: readonly (readonly [word: string, means: CommandName | "refused"])[] = [
  ["show", "list"],
  ["list", "list"],
  ["help", "help"],
  ["dump", "dump"],
  ["update", "refused"],
  ["lookup", "lookup"],
  ["getnext", "getnext"],
  ["delete", "refused"],
  ["pin", "refused"],
  ["event_pipe", "event_pipe"],
  ["create", "refused"],
  ["peek", "peek"],
  ["push", "refused"],
  ["enqueue", "refused"],
  ["pop", "refused"],
  ["dequeue", "refused"],
  ["freeze", "refused"],
  ["save", "save"],
  ["schema", "schema"],
  ["generate", "generate"],
  ["events", "events"],
  ["stats", "stats"],
  ["diff", "diff"],
  ["watch", "watch"],
  ["demo", "demo"],
  ["doctor", "doctor"],
  ["version", "version"],
  ["completion", "completion"],
  ["verifier", "verifier"],
  ["top", "top"],
  ["report", "report"],
  ["serve", "serve"],
];

/** The meaning of a word: a command, one of bpftool's commands that change a map (by its full name), or none. */
export type CommandChoice =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "refused"; readonly word: string }
  | { readonly kind: "unknown"; readonly word: string };

/** Returns the command that a word or a prefix names. */
export function chooseCommand(word: string): CommandChoice {
  const [whole, means] = COMMAND_WORDS.find(([candidate]) => isPrefix(word, candidate)) ?? [word, undefined];
  if (means === "refused") return { kind: "refused", word: whole };
  const command = COMMANDS.find(({ name }) => name === means);
  return command ? { kind: "command", command } : { kind: "unknown", word };
}

/** Returns the words of a command that name maps. */
export function mapArgumentsOf(command: CommandName): MapArguments {
  return COMMANDS.find(({ name }) => name === command)?.maps ?? "none";
}

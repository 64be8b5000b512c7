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
  | "diff"
  | "watch"
  | "demo"
  | "doctor"
  | "help"
  | "version"
  | "completion";

/** One command. The help texts, shell completion and the README's table are made from these. */
export interface Command {
  readonly name: CommandName;
  /** The words behind the name: `MAP key DATA`. */
  readonly words: string;
  readonly description: string;
  /** Command lines that work where the maps that they name are, and what they show. */
  readonly examples: readonly (readonly [line: string, shows: string])[];
}

export const COMMANDS: readonly Command[] = [
  {
    name: "list",
    words: "[MAP]",
    description: "list maps: type, name, sizes, memory",
    examples: [
      ["ebpf-map list", "all maps"],
      ["ebpf-map list -f --pids", "and where they are pinned, and who holds them"],
      ["ebpf-map -p list name conns", "those of a name, as JSON"],
    ],
  },
  {
    name: "dump",
    words: "MAP",
    description: "print all entries of a map",
    examples: [
      ["ebpf-map dump id 7", "decoded by the types of the map, or else in hexadecimal"],
      ["ebpf-map -j dump pinned /sys/fs/bpf/conns", "raw bytes and decoded values, as JSON"],
      ["ebpf-map dump file conns.ndjson.gz", "a map that `save` has written"],
      ["ebpf-map dump name conns --where value.seen", "some entries: a table, or lines of JSON in a pipe"],
      ["ebpf-map dump name conns --sort value.bytes", "the smallest first; value.bytes:desc for the largest"],
    ],
  },
  {
    name: "lookup",
    words: "MAP [key DATA]",
    description: "print the entry of a key",
    examples: [
      ["ebpf-map lookup id 7 key 1 0 0 0", "bytes in decimal, in hexadecimal with 0x, in octal with 0"],
      ["ebpf-map lookup id 7 key hex 01 00 00 00", "all in hexadecimal"],
    ],
  },
  {
    name: "getnext",
    words: "MAP [key DATA]",
    description: "print the key after a key, or the first one",
    examples: [
      ["ebpf-map getnext id 7", "the first key"],
      ["ebpf-map getnext id 7 key 1 0 0 0", "the key after this one"],
    ],
  },
  {
    name: "peek",
    words: "MAP",
    description: "print what a queue or stack would give next, and leave it there",
    examples: [["ebpf-map peek name jobs", "the value at the head"]],
  },
  {
    name: "save",
    words: "MAP FILE",
    description: "write a map with its types to a snapshot file, compressed if FILE ends in .gz",
    examples: [
      ["ebpf-map save name conns conns.ndjson.gz", "to be read with: ebpf-map dump file conns.ndjson.gz"],
      ["ebpf-map save name conns conns.ndjson.gz --force", "replace the file"],
    ],
  },
  {
    name: "schema",
    words: "show|export|check MAP [FILE]",
    description: "show the layout of a map's entries, write it to a file, or compare the map with such a file",
    examples: [
      ["ebpf-map schema show name conns", "offsets, sizes, holes and padding"],
      ["ebpf-map schema export name conns", "as JSON, to which limits can be added"],
      ["ebpf-map schema check name conns conns.schema.json", "exits with 1 for more fields, 2 for other ones"],
    ],
  },
  {
    name: "generate",
    words: "[MAP]",
    description: "write TypeScript for the entries of a map: types, decoder, encoder of the key",
    examples: [
      ["ebpf-map generate name conns -o conns.ts", "a file with openConns()"],
      ["ebpf-map generate name conns -o conns.ts --check", "exits with 1 if the file is out of date"],
      ["ebpf-map generate --value-type u64 -o conns.ts", "without a map; names are those of --btf FILE"],
    ],
  },
  {
    name: "events",
    words: "MAP",
    description: "print the events that flow through a ring buffer or perf event array, until Ctrl-C",
    examples: [
      ["ebpf-map events name rb", "bytes; nothing is taken from the map's real consumer"],
      ["ebpf-map events name rb --type 'struct event'", "decoded, as lines of JSON"],
      ["ebpf-map events name pipe --attach --for 10s", "of a perf event array, for ten seconds"],
    ],
  },
  {
    name: "event_pipe",
    words: "MAP [cpu N index M]",
    description: "print the events of a perf event array as bpftool does",
    examples: [["ebpf-map -j event_pipe name pipe --attach", "as JSON"]],
  },
  {
    name: "stats",
    words: "[MAP…]",
    description: "show how full maps are: entries, room, memory, what happens when they are full",
    examples: [
      ["ebpf-map stats", "all maps"],
      ["ebpf-map stats name outer --warn 80", "exit with 4 if the map is at least 80 % full"],
      ["ebpf-map stats id 7 id 8 -o ndjson", "a line of JSON for each"],
    ],
  },
  {
    name: "diff",
    words: "MAP MAP",
    description: "show in what two maps, or snapshots of maps, differ; exits with 0 (same), 1 or 2 (trouble)",
    examples: [
      ["ebpf-map diff file conns.ndjson.gz id 7 -o json", "what has changed since the snapshot was taken"],
      ["ebpf-map diff id 7 id 7 --select value.bytes -j", "compare these fields only"],
    ],
  },
  {
    name: "watch",
    words: "MAP",
    description: "show what becomes of entries: on a terminal as a live table, in a pipe as lines of JSON",
    examples: [
      ["ebpf-map watch name conns --count 1", "the entries as they are now"],
      ["ebpf-map watch id 7 --interval 10ms --count 3", "read it three times"],
    ],
  },
  {
    name: "demo",
    words: "",
    description: "dump a bundled snapshot of a connection table; needs no rights",
    examples: [
      ["ebpf-map demo", "as text"],
      ["ebpf-map -j demo", "as JSON"],
    ],
  },
  {
    name: "doctor",
    words: "[MAP]",
    description: "tell what works on this machine and for this user, and what would cure the rest",
    examples: [
      ["ebpf-map doctor", "kernel, rights, file systems, bpftool"],
      ["ebpf-map doctor --self-check id 7", "whether bpftool prints the same for that map"],
    ],
  },
  {
    name: "help",
    words: "[COMMAND]",
    description: "explain the program, or a command",
    examples: [["ebpf-map help dump", "what dump does"]],
  },
  {
    name: "version",
    words: "",
    description: "show the version, and the versions of bpftool that are known",
    examples: [["ebpf-map -j version", "as JSON"]],
  },
  {
    name: "completion",
    words: "",
    description: "print a script for bash that completes words",
    examples: [["ebpf-map completion", "put this into ~/.bashrc: source <(ebpf-map completion)"]],
  },
];

/**
 * The words that name a command, in the order in which a prefix is looked up: bpftool's own order first, so that its
 * abbreviations mean here what they mean there, even where that is a command that would change a map.
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
];

/** What a word asks for: a command, one of bpftool's commands that change a map (by its full name), or nothing. */
export type CommandChoice =
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "refused"; readonly word: string }
  | { readonly kind: "unknown"; readonly word: string };

/** The command that a word or its prefix names. */
export function chooseCommand(word: string): CommandChoice {
  const [whole, means] = COMMAND_WORDS.find(([candidate]) => isPrefix(word, candidate)) ?? [word, undefined];
  if (means === "refused") return { kind: "refused", word: whole };
  const command = COMMANDS.find(({ name }) => name === means);
  return command ? { kind: "command", command } : { kind: "unknown", word };
}

import { DIFF_EXIT, EXIT, EXIT_BY_SIGNAL } from "../../result/exit-codes.ts";
import { TOPICS } from "../topics.ts";
import { NOTATION } from "../usage.ts";
import { type CommandEntry, type FlagEntry, reference } from "./reference.ts";
import { SCREEN_KEYS } from "./screen-keys.ts";
import { wrap } from "./wrap.ts";

/** The facts in the page's header. */
export interface ManPageFacts {
  readonly version: string;
  /** `2026-01-31`. */
  readonly date: string;
}

type Definition = readonly [term: string, text: string];

const EXIT_STATUSES: readonly Definition[] = [
  [`${EXIT.ok}`, "success; for diff, the maps are the same"],
  [
    `${EXIT.output}`,
    `the output or a file could not be written; for diff, the maps differ (${DIFF_EXIT.different}); for schema check, fields were added; for generate --check, the file is out of date; for doctor, something does not work; with --fail-empty (${EXIT.empty}), nothing was kept`,
  ],
  [
    `${EXIT.refused}`,
    `a command of bpftool that would change a map; for diff, trouble (${DIFF_EXIT.trouble}); for schema check, fields were changed or values are refused`,
  ],
  [`${EXIT.incomplete}`, "a map was read with gaps (0 with --compat, as bpftool's would be)"],
  [`${EXIT.full}`, "stats --warn: a map is at least this full"],
  [`${EXIT.short}`, "events --count: --for was over before there were so many events"],
  [Object.values(EXIT_BY_SIGNAL).join(", "), `ended by ${Object.keys(EXIT_BY_SIGNAL).join(", ")}`],
  [`${EXIT.failed}`, "any other failure; for a failed lookup or getnext, the errno as bpftool 7 exits with it"],
];

const ENVIRONMENT: readonly Definition[] = [
  ["NO_COLOR", "any text but none: no colours, unless --color always"],
  ["COLUMNS", "the width of help texts where stdout is no terminal"],
  [
    "XDG_CONFIG_HOME, HOME",
    "where the configuration is looked for; under sudo that is the HOME that sudo sets, and files that belong neither to root nor to the effective user are ignored",
  ],
  ["PATH", "where doctor looks for bpftool"],
];

const FILES: readonly Definition[] = [
  ["~/.config/ebpf-map/config.yaml", "renderers and schema files by map; --config names another file"],
  ["~/.config/ebpf-map/schemas/*.json", "schema files for maps without types"],
  ["/sys/fs/bpf", "where maps are usually pinned"],
];

/** The screens on a terminal. */
const SCREENS = [
  ["top, stats --watch", SCREEN_KEYS.top],
  ["watch, dump --watch", SCREEN_KEYS.watch],
] as const;

/** Returns the manual page in the macros of man(7). */
export function manPage({ version, date }: ManPageFacts): string {
  const { commands, flags } = reference();
  const lines = [
    '.\\" Code generated from the tables of commands and flags by bin/build/man.mts. DO NOT EDIT.',
    `.TH EBPF\\-MAP 1 "${date}" "ebpf\\-map ${roff(version)}" "User Commands"`,
    ".SH NAME",
    "ebpf\\-map \\- read eBPF maps and print what bpftool prints",
    ".SH SYNOPSIS",
    ...commands.flatMap(({ usage }) => usage.flatMap(synopsis)).slice(0, -1),
    ".SH DESCRIPTION",
    ...paragraph(
      "ebpf-map reads eBPF maps: it finds them, decodes their keys and values by their BTF types, and prints the bytes that bpftool prints, or formats of its own. It only reads: a command of bpftool that changes a map is refused.",
    ),
    ".PP",
    ...paragraph(
      "Options stand anywhere before --, long names may be cut short, and letters join, as in bpftool. The word map may stand before a command.",
    ),
    ".PP",
    ...NOTATION.flatMap((line, i) => [...(i === 0 ? [] : [".br"]), ...paragraph(line)]),
    ".SH COMMANDS",
    ...commands.flatMap(commandLines),
    ".SH OPTIONS",
    ...TOPICS.flatMap((topic) => topicLines(topic, flags)),
    ".SH EXAMPLES",
    ...commands.flatMap(({ examples }) => examples).flatMap(([line, shows]) => definition(line, shows)),
    ".SH KEYS",
    ...SCREENS.flatMap(([title, { keys, notes }]) => [
      `.SS ${roff(title)}`,
      ...keys.flatMap(([key, text]) => definition(key, text)),
      ...notes.flatMap((note) => [".PP", ...paragraph(note)]),
    ]),
    ".SH EXIT STATUS",
    ...EXIT_STATUSES.flatMap(([term, text]) => definition(term, text)),
    ".SH ENVIRONMENT",
    ...ENVIRONMENT.flatMap(([term, text]) => definition(term, text)),
    ".SH FILES",
    ...FILES.flatMap(([term, text]) => definition(term, text)),
    ".SH SEE ALSO",
    ".BR bpftool\\-map (8),",
    ".BR bpf (2)",
    ".PP",
    ...paragraph("ebpf-map help lists the topics of the manual, and ebpf-map help TOPIC shows one."),
  ];
  return `${lines.join("\n")}\n`;
}

function synopsis(usage: string): string[] {
  const [program = "", command = "", ...words] = usage.split(" ");
  return [`.B ${roff(`${program} ${command}`)}`, ...(words.length > 0 ? [roff(words.join(" "))] : []), ".br"];
}

function commandLines({ usage, description }: CommandEntry): string[] {
  const [first = "", ...others] = usage.map((line) => line.replace(/^ebpf-map /, ""));
  const more = others.flatMap((line) => [".TQ", `.B ${roff(line)}`]);
  return [".TP", `.B ${roff(first)}`, ...more, ...paragraph(description)];
}

function topicLines(topic: string, flags: readonly FlagEntry[]): string[] {
  const rows = flags.filter((flag) => flag.topic === topic);
  return [`.SS ${roff(topic)}`, ...rows.flatMap(flagLines)];
}

function flagLines({ spelling, text, commands }: FlagEntry): string[] {
  const who = commands.length === 0 ? "" : ` [${commands.join(", ")}]`;
  return definition(spelling.trimStart(), text + who);
}

function definition(term: string, text: string): string[] {
  return [".TP", `.B ${roff(term)}`, ...paragraph(text)];
}

/** The width of text lines in the page's source. */
const SOURCE_WIDTH = 72;

/** Returns text lines. Each sentence starts a new line, as roff expects. */
function paragraph(text: string): string[] {
  return text
    .split(/(?<=\.) (?=[A-Z])/)
    .flatMap((sentence) => wrap(roff(sentence), SOURCE_WIDTH))
    .map((line) => line.replace(/^(?=[.'])/, "\\&"));
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  '"': "\\(dq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

function roff(text: string): string {
  return [...text]
    .map(
      (char) =>
        ESCAPES[char] ??
        (char <= "~" ? char : `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`),
    )
    .join("");
}

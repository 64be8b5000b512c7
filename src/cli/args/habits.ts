import { nearest } from "../../nearest.ts";
import type { CommandLineMistake } from "../result/command-error.ts";
import type { Use } from "./commands.ts";
import { flagsOf, isUsedIn } from "./flags.ts";
import { countBehindN } from "./misuse.ts";
import { shellWord } from "./shell-word.ts";
import type { ValueType } from "./values/value-type.ts";

/** The equivalent of a flag of another tool. The first flag that the command takes is suggested. */
type Answer =
  | { readonly flag: string; readonly value?: string }
  /** An answer that is no flag, such as another command. */
  | { readonly words: string };

/** Flags and letters of jq, kubectl, tcpdump, SQL and other tools, with their equivalents. */
const HABITS: readonly (readonly [words: string, ...Answer[]])[] = [
  ["filter query grep search match selector field-selector condition l", { flag: "where" }],
  ["fields field columns column cols attributes project jsonpath", { flag: "select" }],
  ["sort-by order order-by orderby s", { flag: "sort" }],
  ["n head first max max-count lines", { flag: "limit" }, { flag: "count" }, { flag: "top" }],
  ["limit", { flag: "top" }],
  ["c", { flag: "count" }, { flag: "count-only" }, { flag: "limit" }],
  // A switch in grep and rg; here the number of reads or events after which a command ends.
  ["count", { flag: "count-only" }, { flag: "limit" }],
  ["format output-format", { flag: "output" }, { words: "-j" }],
  ["table", { flag: "output", value: "table" }],
  ["ndjson jsonl jsonlines", { flag: "output", value: "ndjson" }],
  ["csv tsv", { flag: "output", value: "csv" }],
  ["yaml yml", { flag: "output", value: "yaml" }],
  ["hist histogram", { flag: "output", value: "hist" }],
  ["group by groupby", { flag: "group-by" }],
  ["aggregate aggr aggregation", { flag: "agg" }],
  ["percpu cpu cpus per_cpu sum", { flag: "per-cpu" }],
  ["w follow F tail continuous", { flag: "watch" }, { words: "the command watch" }],
  ["i every period refresh delay", { flag: "interval" }],
  ["iterations repeat times", { flag: "count" }],
  ["duration timeout seconds", { flag: "for" }],
  ["threshold alert", { flag: "warn" }],
  ["k", { flag: "key" }, { words: "key DATA" }],
  ["raw-numbers numeric no-names x hex raw r", { flag: "no-render" }],
  ["renderer display show-as as", { flag: "render" }],
  ["colour colors colours", { flag: "color" }],
  ["no-color no-colour no-colors monochrome-output M", { flag: "color", value: "never" }],
  ["color-output C", { flag: "color", value: "always" }],
  ["conf configuration settings", { flag: "config" }],
  ["overwrite y yes", { flag: "force" }],
  ["q quiet silent", { flag: "no-progress" }],
  ["v verbose trace", { flag: "debug" }],
  ["compact-output", { words: "-o ndjson" }],
  ["vmlinux bpf-obj object obj elf", { flag: "btf" }],
  ["struct ctype", { flag: "type" }, { flag: "value-type" }],
  ["pins pinned-paths", { flag: "bpffs" }],
  ["processes pid holders", { flag: "pids" }],
  ["id map-id", { words: "id N, without dashes" }],
  ["name map-name map", { words: "name NAME, without dashes" }],
  ["pin path pinned", { words: "pinned PATH, without dashes" }],
  ["file snapshot", { words: "file SNAPSHOT, without dashes" }],
];

/** Returns a hint for a mistaken command line, ` (did you mean …?)`, or "". */
export function hintFor({ flag }: CommandLineMistake, argv: readonly string[], use: Use | undefined): string {
  if (flag === undefined) return countHint(argv, use);
  const [, name = "", joined] = /^--?([A-Za-z][A-Za-z0-9_-]*)(?:=(.*))?$/s.exec(flag.arg) ?? [];
  const value = joined ?? (flag.next?.startsWith("-") ? undefined : flag.next);
  const negative = /^-\d/.test(flag.arg) ? " (a negative number? put -- before it)" : "";
  return habitHint(name, value, use) || nearHint(name, use) || negative;
}

/** Returns ` (did you mean --limit 5?)` for a flag of another tool, or "". */
function habitHint(name: string, value: string | undefined, use: Use | undefined): string {
  const flags = flagsOf(use).map(({ flag }) => flag);
  // A flag that the command takes means what it means here.
  if (flags.some((one) => one.name === name && isUsedIn(one, use))) return "";
  const [, ...answers] = HABITS.find(([known]) => name !== "" && known.split(" ").includes(name)) ?? [""];
  for (const answer of answers) {
    if ("words" in answer) return ` (did you mean ${answer.words}?)`;
    const flag = flags.find((one) => one.name === answer.flag && (use === undefined || isUsedIn(one, use)));
    if (flag?.name === "output" && flag.value?.choices === undefined) return "";
    if (flag === undefined || (flag.value === undefined && /^\d+$/.test(value ?? ""))) continue;
    const spelled = flag.letter === "o" ? "-o" : `--${flag.name}`;
    const shown = flag.value === undefined ? "" : ` ${shellWord(answer.value ?? acceptedValue(flag.value, value))}`;
    return ` (did you mean ${spelled}${shown}?)`;
  }
  return "";
}

/** Returns the given value if the flag accepts it, a similar accepted one, or the name of the value. */
function acceptedValue({ name, choices, suggest }: ValueType<unknown>, given: string | undefined): string {
  if (given === undefined) return name;
  return choices === undefined || choices.includes(given) ? given : (suggest?.(given) ?? name);
}

/** Returns a hint for `-n 5`: to bpftool that is a flag and a superfluous word. */
function countHint(argv: readonly string[], use: Use | undefined): string {
  const count = countBehindN(argv);
  return count === undefined ? "" : habitHint("n", count, use);
}

function nearHint(name: string, use: Use | undefined): string {
  if (name.length < 2) return "";
  const flags = flagsOf(use).filter(({ flag }) => flag.ignored !== true);
  const near = nearest(
    name,
    flags.map(({ flag }) => flag.name),
  );
  return near === undefined || near === name ? "" : ` (did you mean --${near}?)`;
}

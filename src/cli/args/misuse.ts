import { type CommandError, CommandLineMistake, usage } from "../result/command-error.ts";
import { COMMANDS, mapArgumentsOf, type Use } from "./commands.ts";
import type { Flag } from "./flag.ts";
import { ALL_FLAGS, commandOfUse, isUsedIn } from "./flags.ts";
import type { GivenFlag } from "./getopt.ts";
import { isMapKeyword } from "./map-keywords.ts";

/** Returns the error for the first flag that the command does not take, or that conflicts with others. */
export function misuse(given: readonly GivenFlag[], use: Use): CommandError | undefined {
  for (const { named, text } of given) {
    const problem = otherUse(named.flag, text, use) ?? combination(named.flag, given);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function otherUse(flag: Flag, text: string | undefined, use: Use): CommandError | undefined {
  if (isUsedIn(flag, use) || (flag.bpftool && isBpftools(use))) return undefined;
  const uses = usesOf(flag.name);
  const written = { arg: `--${flag.name}`, next: text };
  if (uses.some((one) => one === `${use} --watch`)) {
    const message = `--${flag.name} needs --watch`;
    return new CommandLineMistake(message, { error: message }, written);
  }
  if (use.endsWith(" --watch") && uses.some((one) => one === commandOfUse(use))) {
    return usage(`--${flag.name} doesn't go with --watch`);
  }
  const message = `--${flag.name} goes with ${usesText(uses)}, not with ${use}`;
  return new CommandLineMistake(message, { error: message }, written);
}

/** Returns the uses of all flags of that name. */
function usesOf(name: string): Use[] {
  const uses = ALL_FLAGS.flatMap(({ flag }) => (flag.name === name && flag.uses !== "all" ? flag.uses : []));
  return [...new Set(uses)];
}

function isBpftools(use: Use): boolean {
  return COMMANDS.some(({ name, bpftool }) => bpftool && name === commandOfUse(use));
}

/** Lists uses for a message; `dump --watch` is left out if `dump` is there. */
function usesText(uses: readonly Use[]): string {
  const shown = uses.filter((use) => !use.endsWith(" --watch") || !uses.some((one) => one === commandOfUse(use)));
  return shown.join(", ");
}

function combination({ name, needs, excludes }: Flag, given: readonly GivenFlag[]): CommandError | undefined {
  const missing = needs?.find((need) => !given.some((one) => fits(one, need)));
  if (missing !== undefined) return usage(`--${name} needs ${flagText(missing)}`);
  const other = excludes?.find((exclude) => given.some((one) => fits(one, exclude)));
  if (other !== undefined) return usage(`--${name} and ${flagText(other)} exclude each other`);
  return undefined;
}

/** Returns true if a given flag is the needed one: a name, or a name with a value such as `output=hist`. */
function fits({ named, text }: GivenFlag, need: string): boolean {
  const [name, value] = need.split("=");
  return named.flag.name === name && (value === undefined || value === text);
}

function flagText(need: string): string {
  return need === "output" ? "-o FILE" : `--${need.replace("=", " ")}`.replace("--output ", "-o ");
}

/** Returns the number behind `-n`, a flag of bpftool without a value. */
export function countBehindN(argv: readonly string[]): string | undefined {
  const at = argv.indexOf("-n");
  const count = argv[at + 1] ?? "";
  return at >= 0 && /^\d+$/.test(count) ? count : undefined;
}

/** Returns the error for `list -n 5`, in which 5 would be the id of a map: a number of rows is meant. */
export function countAsMap(argv: readonly string[], words: readonly string[], use: Use): CommandError | undefined {
  const count = countBehindN(argv);
  const maps = mapArgumentsOf(commandOfUse(use));
  const isBare = words.some((word, i) => word === count && (i === 0 || !isMapKeyword(words[i - 1] ?? "")));
  if (count === undefined || !isBare || !(maps === "several" || (maps === "one" && words.length === 1)))
    return undefined;
  const message = "-n takes no value: it is bpftool's, and changes nothing";
  return new CommandLineMistake(message, { error: message }, { arg: "-n", next: count });
}

import { COMMANDS, type Command, type Example } from "../commands.ts";
import type { Flag } from "../flag.ts";
import { ALL_FLAGS, commandOfUse, shownFlags } from "../flags.ts";
import { TOPICS, type Topic } from "../topics.ts";
import { usageLines } from "../usage.ts";
import { anyOf } from "../values/choice.ts";

/** A flag as help texts, the man page and the manual show it. */
export interface FlagEntry {
  /** Its spelling: `-o, --output FORMAT`. */
  readonly spelling: string;
  readonly letter: string | undefined;
  readonly name: string;
  /** The name of its value: `FORMAT`. */
  readonly value: string | undefined;
  readonly topic: Topic;
  /** The help text with the choices and the default. */
  readonly text: string;
  readonly choices: readonly string[];
  readonly default: string | undefined;
  /** The commands that take it; empty for all. */
  readonly commands: readonly string[];
  readonly example: Example | undefined;
}

/** A command as documents show it. */
export interface CommandEntry {
  readonly name: string;
  readonly usage: readonly string[];
  readonly description: string;
  readonly examples: readonly Example[];
  readonly flags: readonly FlagEntry[];
}

/** Returns all commands and flags in the order of help texts. */
export function reference(): { readonly commands: readonly CommandEntry[]; readonly flags: readonly FlagEntry[] } {
  const flags = inOrder(ALL_FLAGS.map(({ flag }) => flag).filter(({ ignored }) => ignored !== true));
  return { commands: COMMANDS.map(commandEntry), flags: flags.map(flagEntry) };
}

/** Returns a command with its flags. */
export function commandEntry(command: Command): CommandEntry {
  const flags = inOrder(variantsTogether(shownFlags(command), command));
  return {
    name: command.name,
    usage: usageLines(command),
    description: command.description,
    examples: examplesOf(command, flags),
    flags: flags.map((flag) => entryIn(flags, flag, command)),
  };
}

/** Puts flags of one name together: first the command's, then its variant for `--watch`. */
function variantsTogether(flags: readonly Flag[], { name }: Command): Flag[] {
  const names = [...new Set(flags.map((flag) => flag.name))];
  return names.flatMap((one) => {
    const variants = flags.filter((flag) => flag.name === one);
    return [...variants.filter((flag) => !isOfWatch(flag, name)), ...variants.filter((flag) => isOfWatch(flag, name))];
  });
}

/** Returns a flag as the help of a command shows it: a variant for `--watch` says so. */
function entryIn(flags: readonly Flag[], flag: Flag, { name }: Command): FlagEntry {
  const entry = flagEntry(flag);
  const isVariant = isOfWatch(flag, name) && flags.some((other) => other !== flag && other.name === flag.name);
  return isVariant ? { ...entry, text: `with --watch: ${entry.text}` } : entry;
}

function isOfWatch({ uses }: Flag, command: string): boolean {
  return uses !== "all" && uses.every((use) => commandOfUse(use) !== command || use.endsWith(" --watch"));
}

/** Returns the flags in the help text of the program: those of every command, and bpftool's. */
export function programFlags(): Flag[] {
  return inOrder(
    ALL_FLAGS.map(({ flag }) => flag).filter(({ uses, bpftool, ignored }) => {
      return ignored !== true && (uses === "all" || bpftool === true);
    }),
  );
}

/** Returns a flag as documents show it. */
export function flagEntry(flag: Flag): FlagEntry {
  const { name, letter, value, topic, uses, example } = flag;
  const long = `--${name}${value === undefined ? "" : ` ${value.name}`}`;
  return {
    spelling: letter === undefined ? `    ${long}` : `-${letter}, ${long}`,
    letter,
    name,
    value: value?.name,
    topic,
    text: flag.help + notes(flag),
    choices: value?.choices ?? [],
    default: flag.default,
    commands: uses === "all" ? [] : [...new Set(uses.map(commandOfUse))],
    example,
  };
}

function notes({ value, default: preset }: Flag): string {
  const choices = value?.choices === undefined ? [] : [anyOf(value.choices)];
  const all = [...choices, ...(preset === undefined ? [] : [`default: ${preset}`])];
  return all.length === 0 ? "" : ` (${all.join("; ")})`;
}

function inOrder(flags: readonly Flag[]): Flag[] {
  return TOPICS.flatMap((topic) => flags.filter((flag) => flag.topic === topic));
}

/** Returns the examples of a command, then those of its flags, without repetitions. */
function examplesOf({ name, examples }: Command, flags: readonly Flag[]): Example[] {
  const all = new Map(examples);
  for (const { example } of flags) {
    if (example !== undefined && commandOfLine(example[0]) === name && !all.has(example[0])) all.set(...example);
  }
  return [...all];
}

/** Returns the command of an example: the first word behind `ebpf-map` that is no flag. */
function commandOfLine(line: string): string | undefined {
  return line
    .split(" ")
    .slice(1)
    .find((word) => !word.startsWith("-"));
}

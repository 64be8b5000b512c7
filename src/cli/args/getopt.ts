import type { EbpfMapError } from "../../errors.ts";
import { CommandError, CommandLineMistake, type JsonAnswer } from "../result/command-error.ts";
import type { Flag } from "./flag.ts";
import type { NamedFlag } from "./flags.ts";

/** A flag as it stands on a command line. */
export interface GivenFlag {
  readonly named: NamedFlag;
  /** The text of its value; undefined for a flag without one. */
  readonly text: string | undefined;
}

/** The flags and words of a command line, up to the first flag that is wrong. */
export interface Arguments {
  readonly given: readonly GivenFlag[];
  /** The arguments that are no flags, in order. */
  readonly words: readonly string[];
  readonly problem: EbpfMapError | undefined;
}

/**
 * Splits a command line as bpftool's getopt_long does: flags stand anywhere before `--`, letters join (`-jp`), long
 * names may be cut short (`--pre`), and so `-1` is a flag that doesn't exist. `-` is stdin, and `-:NAME` a map in it.
 */
export function splitArguments(argv: readonly string[], flags: readonly NamedFlag[]): Arguments {
  const given: GivenFlag[] = [];
  const words: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    const next = argv[i + 1];
    if (arg === "--") return { given, words: [...words, ...argv.slice(i + 1)], problem: undefined };
    if (!arg.startsWith("-") || arg === "-" || arg.startsWith("-:")) {
      words.push(arg);
      continue;
    }
    const read = arg.startsWith("--") ? readLong(arg, next, flags) : readLetters(arg, next, flags);
    given.push(...read.given);
    if (read.problem === "unknown") return { given, words, problem: unknownFlag(arg, next) };
    if (read.problem !== undefined) return { given, words, problem: read.problem };
    if (read.tookNext) i += 1;
  }
  return { given, words, problem: undefined };
}

/** One argument, read as flags. */
interface ReadArgument {
  readonly given: readonly GivenFlag[];
  /** The next argument is the flag's value. */
  readonly tookNext?: boolean;
  readonly problem?: EbpfMapError | "unknown";
}

const UNKNOWN: ReadArgument = { given: [], problem: "unknown" };

function readLong(arg: string, next: string | undefined, flags: readonly NamedFlag[]): ReadArgument {
  const equals = arg.indexOf("=");
  const named = flagByName(arg.slice(2, equals < 0 ? undefined : equals), flags);
  if (named === undefined) return UNKNOWN;
  const joined = equals < 0 ? undefined : arg.slice(equals + 1);
  if (named.flag.value !== undefined) return withValue(named, joined, next, arg);
  if (joined === undefined) return { given: [{ named, text: undefined }] };
  const message = `--${named.flag.name} takes no value, got '${joined}'`;
  return { given: [], problem: new CommandError("USAGE", message, unrecognized(arg)) };
}

function readLetters(arg: string, next: string | undefined, flags: readonly NamedFlag[]): ReadArgument {
  const given: GivenFlag[] = [];
  for (let i = 1; i < arg.length; i++) {
    const named = flags.find(({ flag }) => flag.letter === arg[i]);
    if (named === undefined) return { given, problem: "unknown" };
    if (named.flag.value !== undefined) {
      const last = withValue(named, arg.slice(i + 1) || undefined, next, arg);
      return { ...last, given: [...given, ...last.given] };
    }
    given.push({ named, text: undefined });
  }
  return { given };
}

function withValue(named: NamedFlag, joined: string | undefined, next: string | undefined, arg: string): ReadArgument {
  const text = joined ?? next;
  if (text !== undefined) return { given: [{ named, text }], tookNext: joined === undefined };
  const message = `${arg} needs a value: ${valueText(named.flag)}`;
  const answer = named.flag.bpftool ? unrecognized(arg) : { error: message };
  const problem = new CommandLineMistake(message, answer, { arg, next });
  return { given: [], problem };
}

function valueText({ value }: Flag): string {
  return value?.choices?.join(", ") ?? `${value?.name}, ${value?.accepts}`;
}

/** Returns the flag of that name, or the only flag with that prefix; bpftool's flags take precedence. */
function flagByName(name: string, flags: readonly NamedFlag[]): NamedFlag | undefined {
  const exact = flags.find(({ flag }) => flag.name === name);
  if (exact) return exact;
  const candidates = flags.filter(({ flag }) => flag.name.startsWith(name) && flag.whole !== true);
  const bpftools = candidates.filter(({ flag }) => flag.bpftool);
  const [first, ...others] = bpftools.length > 0 ? bpftools : candidates;
  return others.length === 0 ? first : undefined;
}

function unknownFlag(arg: string, next: string | undefined): CommandError {
  return new CommandLineMistake(`there is no option ${arg}`, unrecognized(arg), { arg, next });
}

/** Returns bpftool's answer for any mistake in a flag. */
function unrecognized(arg: string): JsonAnswer {
  return { error: `unrecognized option '${arg}'` };
}

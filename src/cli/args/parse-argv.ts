import { type Dialect, dialectOf, NEWEST_DIALECT } from "../../codec/bpftool/dialect.ts";
import { EbpfMapError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { CommandError } from "../result/command-error.ts";
import { isPrefix } from "./abbreviation.ts";
import { type CommandName, chooseCommand } from "./commands.ts";
import { EVENT_FLAGS } from "./event-flags.ts";
import { FLAGS, type Flag, flagsOf, type Options } from "./flags.ts";
import { QUERY_FLAGS } from "./query-flags.ts";

/** A command line, taken apart. */
export interface CommandLine {
  readonly options: Options;
  readonly dialect: Dialect;
  /** All that are not options, in their order. */
  readonly words: readonly string[];
  /** What is wrong with the options. Those before the wrong one stand in `options`, since they say how to report it. */
  readonly problem: EbpfMapError | undefined;
}

/**
 * Takes a command line apart as bpftool's getopt_long does: options stand anywhere before `--`, letters join (`-jp`),
 * long names may be cut short (`--pre`), and so `-1` is an option that there isn't.
 */
export function parseArgv(argv: readonly string[]): CommandLine {
  const line = parseWith(argv, FLAGS);
  const flags = flagsOf(commandOf(line.words), line.options.query);
  return flags === FLAGS ? line : parseWith(argv, flags);
}

/** The command that the words ask for. */
export function commandOf([first = "", second = ""]: readonly string[]): CommandName | undefined {
  const choice = chooseCommand(first !== "" && isPrefix(first, "map") ? second : first);
  return choice.kind === "command" ? choice.command.name : undefined;
}

function parseWith(argv: readonly string[], flags: readonly Flag[]): CommandLine {
  const { tokens, problem } = spellOut(argv, flags);
  const { parsed, words } = takeApart(tokens);
  const compat = parsed.compat as string | undefined;
  const version = dialectOrProblem(compat);
  return {
    options: {
      json: parsed.json === true || parsed.pretty === true,
      pretty: parsed.pretty === true,
      bpffs: parsed.bpffs === true,
      debug: parsed.debug === true,
      help: parsed.help === true,
      version: parsed.version === true,
      pids: parsed.pids === true,
      force: parsed.force === true,
      "self-check": parsed["self-check"] === true,
      report: parsed.report === true,
      "no-progress": parsed["no-progress"] === true,
      compat,
      btf: parsed.btf as string | undefined,
      "key-type": parsed["key-type"] as string | undefined,
      "value-type": parsed["value-type"] as string | undefined,
      schema: parsed.schema as string | undefined,
      format: parsed.format as string | undefined,
      values: parsed.values === true,
      check: parsed.check === true,
      query: givenOf(QUERY_FLAGS, parsed),
      events: givenOf(EVENT_FLAGS, parsed),
    },
    dialect: version.dialect,
    words,
    problem: problem ?? version.problem,
  };
}

/** Options by their names without dashes, each with its value or true; the last of several. */
type ParsedOptions = Readonly<Record<string, string | true>>;

/** Tells options, which are whole long names here, from words. Nothing is made of either: they stay the text they were. */
function takeApart(tokens: readonly string[]): { parsed: ParsedOptions; words: readonly string[] } {
  const parsed: Record<string, string | true> = {};
  const words: string[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token === "--") return { parsed, words: [...words, ...tokens.slice(i + 1)] };
    const [, name, value] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(token) ?? [];
    if (name === undefined) words.push(token);
    else parsed[name] = value ?? true;
  }
  return { parsed, words };
}

/** Those of some options that were given; "" for one without a value. */
function givenOf(flags: readonly Flag[], parsed: ParsedOptions): Readonly<Record<string, string>> | undefined {
  const ours = Object.entries(parsed).filter(([name]) => flags.some((flag) => flag.name === name));
  return ours.length === 0
    ? undefined
    : Object.fromEntries(ours.map(([name, value]) => [name, value === true ? "" : value]));
}

/** Every option as its whole long name, up to the first that is wrong; everything else as it is. */
function spellOut(argv: readonly string[], flags: readonly Flag[]): { tokens: string[]; problem?: EbpfMapError } {
  const tokens: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    if (arg === "--") return { tokens: [...tokens, ...argv.slice(i)] };
    if (!arg.startsWith("-") || arg === "-") {
      tokens.push(arg);
      continue;
    }
    const spelled = arg.startsWith("--") ? spellLong(arg, argv[i + 1], flags) : spellLetters(arg, argv[i + 1], flags);
    tokens.push(...spelled.tokens);
    if (spelled.problem) return { tokens, problem: spelled.problem };
    if (spelled.tookNext) i += 1;
  }
  return { tokens };
}

/** One argument, as whole long names. */
interface Spelled {
  readonly tokens: readonly string[];
  /** The next argument was the option's value. */
  readonly tookNext?: boolean;
  readonly problem?: EbpfMapError;
}

function spellLong(arg: string, next: string | undefined, flags: readonly Flag[]): Spelled {
  const equals = arg.indexOf("=");
  const flag = flagByName(arg.slice(2, equals < 0 ? undefined : equals), flags);
  if (!flag) return unknownOption(arg, flags);
  const given = equals < 0 ? undefined : arg.slice(equals + 1);
  if (flag.value !== undefined) return withValue(flag, given, next, arg);
  return given === undefined ? { tokens: [`--${flag.name}`] } : unknownOption(arg, flags);
}

function spellLetters(arg: string, next: string | undefined, flags: readonly Flag[]): Spelled {
  const tokens: string[] = [];
  for (let i = 1; i < arg.length; i++) {
    const flag = flags.find(({ alias }) => alias === arg[i]);
    if (!flag) return { ...unknownOption(arg, flags), tokens };
    if (flag.value !== undefined) {
      const last = withValue(flag, arg.slice(i + 1) || undefined, next, arg);
      return { ...last, tokens: [...tokens, ...last.tokens] };
    }
    tokens.push(`--${flag.name}`);
  }
  return { tokens };
}

function withValue(flag: Flag, given: string | undefined, next: string | undefined, arg: string): Spelled {
  const value = given ?? next;
  if (value !== undefined) return { tokens: [`--${flag.name}=${value}`], tookNext: given === undefined };
  const message = `${arg} needs a value, ${flag.value}${flag.choices ? `: ${flag.choices.join(", ")}` : ""}`;
  return { tokens: [], problem: usageError(message, flag.bpftool ? unrecognized(arg) : message) };
}

/** The option of that name, or the only one that starts so; of bpftool's options if any of them does. */
function flagByName(name: string, flags: readonly Flag[]): Flag | undefined {
  const exact = flags.find((flag) => flag.name === name);
  if (exact) return exact;
  const candidates = flags.filter((flag) => flag.name.startsWith(name));
  const [first, ...others] = candidates.some(({ bpftool }) => bpftool)
    ? candidates.filter(({ bpftool }) => bpftool)
    : candidates;
  return others.length === 0 ? first : undefined;
}

function dialectOrProblem(compat: string | undefined): { dialect: Dialect; problem?: EbpfMapError } {
  if (compat === undefined) return { dialect: NEWEST_DIALECT };
  try {
    return { dialect: dialectOf(compat) };
  } catch (error) {
    if (error instanceof EbpfMapError) return { dialect: NEWEST_DIALECT, problem: error };
    throw error;
  }
}

function unknownOption(arg: string, flags: readonly Flag[]): Spelled {
  const [, name] = /^--?([a-z][a-z-]+)(?:=|$)/.exec(arg) ?? [];
  const near =
    name &&
    nearest(
      name,
      flags.map((flag) => flag.name),
    );
  const negative = /^-\d/.test(arg) ? " (a negative number? put -- before it)" : "";
  const hint = near ? ` (did you mean --${near}?)` : negative;
  return { tokens: [], problem: usageError(`there is no option ${arg}${hint}`, unrecognized(arg)) };
}

function usageError(message: string, error: string): CommandError {
  return new CommandError("USAGE", message, { error });
}

/** bpftool's sentence for whatever is wrong with an option. */
function unrecognized(arg: string): string {
  return `unrecognized option '${arg}'`;
}

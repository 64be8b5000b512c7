import { type Dialect, NEWEST_DIALECT } from "../../codec/bpftool/dialect.ts";
import { EbpfMapError } from "../../errors.ts";
import { isPrefix } from "./abbreviation.ts";
import { type CommandName, chooseCommand, type Use } from "./commands.ts";
import { parseValue } from "./flag.ts";
import { ALL_FLAGS, flagsOf, type OptionName, type Options } from "./flags.ts";
import { type GivenFlag, splitArguments } from "./getopt.ts";
import { countAsMap, misuse } from "./misuse.ts";

/** A command line, parsed. */
export interface CommandLine {
  readonly options: Options;
  readonly dialect: Dialect;
  /** The arguments that are no flags, in order. */
  readonly words: readonly string[];
  /** The use of a command that the words and `--watch` ask for; undefined if they name no command. */
  readonly use: Use | undefined;
  /** The names of given flags that ask for rows, in order. */
  readonly rowFlags: readonly string[];
  /** The first mistake in the flags. `options` has the flags before it, which decide how it is reported. */
  readonly problem: EbpfMapError | undefined;
}

/** Parses the arguments behind the program's name. They are split again if the command has flags of its own. */
export function parseArgv(argv: readonly string[]): CommandLine {
  const usual = flagsOf(undefined);
  const first = splitArguments(argv, usual);
  const use = useOf(first.words, isGiven(first.given, "watch"));
  const flags = flagsOf(use);
  const { given, words, problem: syntax } = flags === usual ? first : splitArguments(argv, flags);
  const { options, problem: wrongValue } = readValues(given);
  // A request for help is answered, whatever else is wrong.
  const isHelped = options.help || options.version;
  const misused = use && (misuse(given, use) ?? countAsMap(argv, commandWords(words).slice(1), use));
  const problem = syntax ?? (isHelped ? undefined : (misused ?? wrongValue));
  return {
    options,
    dialect: options.compat ?? NEWEST_DIALECT,
    words,
    use,
    rowFlags: [...new Set(given.filter(({ named }) => named.flag.rows).map(({ named }) => named.flag.name))],
    problem,
  };
}

/** Returns the command that the words name. */
export function commandOf(words: readonly string[]): CommandName | undefined {
  const choice = chooseCommand(commandWords(words)[0] ?? "");
  return choice.kind === "command" ? choice.command.name : undefined;
}

/** Returns the words without bpftool's `map`, which may precede the command and alone means `list`. */
export function commandWords(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (first === undefined || first === "" || !isPrefix(first, "map")) return words;
  return rest.length === 0 ? ["list"] : rest;
}

function useOf(words: readonly string[], watches: boolean): Use | undefined {
  const command = words.length === 0 ? undefined : commandOf(words);
  if (command === "dump" || command === "stats") return watches ? `${command} --watch` : command;
  if (command !== "schema") return command;
  const verb = commandWords(words)[1];
  return verb === "show" || verb === "export" || verb === "check" ? `schema ${verb}` : undefined;
}

function isGiven(given: readonly GivenFlag[], option: keyof Options): boolean {
  return given.some(({ named }) => named.option === option);
}

/** Parses the value of each flag, the last one if it is repeated. Returns the options and the first error. */
function readValues(given: readonly GivenFlag[]): { options: Options; problem: EbpfMapError | undefined } {
  const values = notGiven();
  let problem: EbpfMapError | undefined;
  for (const { named, text } of given) {
    const { option, flag } = named;
    try {
      if (flag.value === undefined) values[option] = true;
      else if (!flag.ignored) values[option] = parseValue(flag, text ?? "");
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
      problem ??= error;
    }
  }
  if (values.pretty === true) values.json = true;
  if (!isComplete(values)) throw new TypeError("a flag has no value");
  return { options: values, problem };
}

function notGiven(): Partial<Record<OptionName, unknown>> {
  return Object.fromEntries(
    ALL_FLAGS.map(({ option, flag }) => [option, flag.value === undefined ? false : undefined]),
  );
}

/** Returns true if every flag has an entry. That it has the flag's type follows from its parser. */
function isComplete(values: Partial<Record<OptionName, unknown>>): values is Options {
  return ALL_FLAGS.every(({ option }) => option in values);
}

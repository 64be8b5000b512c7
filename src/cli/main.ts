import { type Command, type CommandName, chooseCommand } from "./args/commands.ts";
import type { EventFlagName } from "./args/event-flags.ts";
import { COMPLETE_OPTION, flagsOf, type Options } from "./args/flags.ts";
import { type CommandLine, commandOf, parseArgv } from "./args/parse-argv.ts";
import type { QueryFlagName } from "./args/query-flags.ts";
import { refusal, unknownCommand } from "./args/refusal.ts";
import { loadCommand } from "./load-command.ts";
import { CommandError } from "./result/command-error.ts";
import { DIFF_EXIT } from "./result/exit-codes.ts";
import { type Context, processArguments, processContext } from "./session/context.ts";
import { reportError } from "./session/report-error.ts";
import { openSession, type Session } from "./session/session.ts";

/** Runs the program on the arguments behind its name and returns the exit status. */
export async function main(
  argv: readonly string[] = processArguments(),
  context: Context = processContext(),
): Promise<number> {
  const completes = argv[0] === COMPLETE_OPTION;
  const line = parseArgv(completes ? [] : argv);
  const session = openSession(line, context);
  try {
    const status = await (completes ? completeWords(argv.slice(2), session) : runCommand(line, session));
    session.out.flush();
    const note = session.out.shown.note("--text escape shows them");
    if (note !== undefined) session.warn(note);
    return status;
  } catch (error) {
    const status = reportError(error, session);
    return commandOf(line.words) === "diff" ? DIFF_EXIT.trouble : status;
  }
}

async function runCommand({ options, words, problem }: CommandLine, session: Session): Promise<number> {
  if (problem) throw problem;
  const [word, ...rest] = commandWords(words);
  if (options.version) return run("version", rest, session);
  if (word === undefined) return run("help", [], session);
  if (options.help) return run("help", [word], session);
  const { name } = await chosenCommand(word);
  checkFlags(options, name);
  return run(name, rest, session);
}

async function run(name: CommandName, words: readonly string[], session: Session): Promise<number> {
  const command = await loadCommand[name]();
  return command(words, session);
}

/** The words without bpftool's `map`, which may stand before the command and alone means `list`. */
function commandWords(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (first === undefined || first === "" || !"map".startsWith(first)) return words;
  return rest.length === 0 ? ["list"] : rest;
}

async function chosenCommand(word: string): Promise<Command> {
  const choice = chooseCommand(word);
  switch (choice.kind) {
    case "command":
      return choice.command;
    case "refused":
      throw refusal(choice.word);
    case "unknown": {
      const { commandSuggestion } = await import("./args/yargs-program.ts");
      throw unknownCommand(word, await commandSuggestion(word));
    }
  }
  return choice satisfies never;
}

/** An option of our own that means nothing to the command is a mistake; bpftool takes all of its own everywhere. */
function checkFlags(options: Options, command: CommandName): void {
  const given = (name: string): boolean =>
    (options[name as keyof Options] ??
      options.query?.[name as QueryFlagName] ??
      options.events?.[name as EventFlagName] ??
      false) !== false;
  const wrong = flagsOf(command, options.query).find(({ name, bpftool, commands }) => {
    return !bpftool && commands !== "all" && !commands.includes(command) && given(name);
  });
  if (wrong === undefined) return;
  const message = `--${wrong.name} goes with ${[wrong.commands].flat().join(", ")}, not with ${command}`;
  throw new CommandError("USAGE", message, { error: message });
}

async function completeWords(words: readonly string[], session: Session): Promise<number> {
  const { complete } = await import("./commands/completion.ts");
  return complete(words, session);
}

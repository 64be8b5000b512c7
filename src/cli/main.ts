import { type Command, type CommandName, chooseCommand } from "./args/commands.ts";
import { COMPLETE_OPTION } from "./args/flags.ts";
import { type CommandLine, commandOf, commandWords, parseArgv } from "./args/parse-argv.ts";
import { refusal, unknownCommand } from "./args/refusal.ts";
import { loadCommand } from "./load-command.ts";
import { withMapKeywords } from "./maps/bare-maps.ts";
import { CommandError, CommandLineMistake } from "./result/command-error.ts";
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
  const completed = completes ? argv.slice(2).map(withoutQuotes) : [];
  const line = parseArgv(completes ? completed.slice(0, -1) : argv);
  const session = openSession(line, context);
  try {
    const status = await (completes ? completeWords(completed, session) : runCommand(line, session));
    session.out.flush();
    await context.stdout.end?.();
    const note = session.out.shown.note("--text escape shows them");
    if (note !== undefined) session.warn(note);
    return status;
  } catch (error) {
    const status = reportError(await withHint(error, argv, line, session), session);
    return commandOf(line.words) === "diff" ? DIFF_EXIT.trouble : status;
  }
}

async function runCommand({ options, words, problem }: CommandLine, session: Session): Promise<number> {
  if (problem) throw problem;
  const [word, ...rest] = commandWords(words);
  if (options.version) return run("version", [], session);
  if (word === undefined) return run("help", [], session);
  if (options.help) return run("help", helpWords(word), session);
  return run(chosenCommand(word).name, rest, session);
}

async function run(name: CommandName, words: readonly string[], session: Session): Promise<number> {
  const command = await loadCommand[name]();
  return command(withMapKeywords(name, words), session);
}

function chosenCommand(word: string): Command {
  const choice = chooseCommand(word);
  switch (choice.kind) {
    case "command":
      return choice.command;
    case "refused":
      throw refusal(choice.word);
    case "unknown":
      throw unknownCommand(word);
  }
  return choice satisfies never;
}

/** Returns the words for `help`: `-h` behind a word that is no command shows the help of the program, as in bpftool. */
function helpWords(word: string): readonly string[] {
  const choice = chooseCommand(word);
  return choice.kind === "command" ? [choice.command.name] : [];
}

/** Adds what may help to a mistake in the command line, or to a name that several maps have. */
async function withHint(
  error: unknown,
  argv: readonly string[],
  { use }: CommandLine,
  { context, kernel, style }: Session,
): Promise<unknown> {
  if (error instanceof CommandLineMistake) {
    const { hintFor } = await import("./args/habits.ts");
    return error.withHint(hintFor(error, argv, use));
  }
  if (!(error instanceof CommandError) || error.code !== "AMBIGUOUS_MAP" || style !== "plain") return error;
  const { ownerObjects, withMapsDescribed } = await import("./maps/ambiguous-maps.ts");
  return await withMapsDescribed(error, { kernel, objects: ownerObjects(context), pid: context.pid });
}

/** Returns a word of a command line that is being typed without the quotes around it; the last one may be missing. */
function withoutQuotes(word: string): string {
  const [, quote = "", text = ""] = /^(['"])(.*)$/s.exec(word) ?? [];
  if (quote === "") return word;
  return text.endsWith(quote) ? text.slice(0, -1) : text;
}

async function completeWords(words: readonly string[], session: Session): Promise<number> {
  const { complete } = await import("./commands/completion/completion.ts");
  return complete(words, session);
}

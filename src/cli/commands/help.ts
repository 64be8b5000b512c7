import type { Argv } from "yargs";
import { type Command, chooseCommand } from "../args/commands.ts";
import { HEADINGS } from "../args/flag-topics.ts";
import { unknownCommand } from "../args/refusal.ts";
import { commandSuggestion, program, programOf } from "../args/yargs-program.ts";
import { EXIT } from "../result/exit-codes.ts";
import { hasColor } from "../rows/open-query.ts";
import { jsonWriter, type Session } from "../session/session.ts";

/** `help [COMMAND]`, `-h`: the text that was asked for, on stdout. In JSON bpftool's help is `null`. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (session.style === "plain")
    session.out.text(`${await helpText(await helpedCommand(words[0], session), session)}\n`);
  else jsonWriter(session).raw("null").end();
  return EXIT.ok;
}

async function helpedCommand(word: string | undefined, session: Session): Promise<Command | undefined> {
  if (word === undefined) return undefined;
  const choice = chooseCommand(word);
  if (choice.kind === "unknown") session.warn(`Note: ${unknownCommand(word, await commandSuggestion(word)).message}`);
  return choice.kind === "command" ? choice.command : undefined;
}

async function helpText(command: Command | undefined, session: Session): Promise<string> {
  const described: Argv = command === undefined ? program() : programOf(command);
  const text = await described.getHelp();
  return hasColor(session) ? withBoldHeadings(text) : text;
}

async function withBoldHeadings(text: string): Promise<string> {
  const { Chalk } = await import("chalk");
  const { bold } = new Chalk({ level: 1 });
  const headings = ["Usage", "Commands", ...HEADINGS, "Examples"].join("|");
  return text.replace(new RegExp(`^(?:${headings}):`, "gm"), (heading) => bold(heading));
}

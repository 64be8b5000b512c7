import { nearest } from "../../nearest.ts";
import { COMMANDS, type Command, chooseCommand } from "../args/commands.ts";
import { commandHelp, type HelpStyle, programHelp } from "../args/help/help-text.ts";
import { commandMeant } from "../args/refusal.ts";
import { wrongWords } from "../args/usage.ts";
import { type Chapter, manualChapters } from "../manual/chapters.ts";
import { type MarkdownStyle, renderMarkdown } from "../manual/markdown.ts";
import { CommandError } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { hasColor } from "../session/screen.ts";
import { jsonWriter, type Session } from "../session/session.ts";

/** The widest help text, however wide the terminal is. */
const WIDEST = 100;
/** The width if that of the terminal is unknown. */
const USUAL = 80;
const NARROWEST = 20;

/** `help [COMMAND | TOPIC]`, `-h`: prints a help text. In JSON bpftool's help is `null`. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  const text = helpText(words, manualChapters(), await styleOf(session));
  if (session.style === "plain") session.out.text(text);
  else jsonWriter(session).raw("null").end();
  return EXIT.ok;
}

function helpText(words: readonly string[], chapters: readonly Chapter[], style: MarkdownStyle & HelpStyle): string {
  const [word, ...more] = words;
  if (word === undefined) return programHelp(chapters, style);
  const chapterNamed = (name: string | undefined): Chapter | undefined => chapters.find((one) => one.name === name);
  // A chapter may have the name of a command.
  if (word === "manual" && more.length === 1) {
    const chapter = chapterNamed(more[0]);
    if (chapter === undefined) throw noSuchTopic(more[0] ?? "", chapters);
    return renderMarkdown(chapter.text, style);
  }
  if (more.length > 0) throw wrongWords("help", words);
  const exact = COMMANDS.find(({ name }) => name === word);
  const chapter = chapterNamed(word);
  if (exact === undefined && chapter !== undefined) return renderMarkdown(chapter.text, style);
  const command = exact ?? abbreviated(word);
  if (command === undefined) throw noSuchTopic(word, chapters);
  return commandHelp(command, chapterNamed(command.name), style);
}

function abbreviated(word: string): Command | undefined {
  if (word === "") return undefined;
  const choice = chooseCommand(word);
  return choice.kind === "command" ? choice.command : undefined;
}

function noSuchTopic(word: string, chapters: readonly Chapter[]): CommandError {
  const topics = chapters.map(({ name }) => name);
  const meant = nearest(word, [...COMMANDS.map(({ name }) => name), ...topics]) ?? commandMeant(word);
  const hint = meant === undefined ? "ebpf-map help lists all" : `did you mean ${meant}?`;
  return new CommandError("USAGE", `there is no command or topic '${word}' (${hint})`, "null");
}

async function styleOf(session: Session): Promise<MarkdownStyle & HelpStyle> {
  const width = helpWidth(session);
  const plain = (text: string): string => text;
  if (!hasColor(session)) return { width, heading: plain, strong: plain, code: (text) => `\`${text}\`` };
  const { Chalk } = await import("chalk");
  const { bold, cyan } = new Chalk({ level: 1 });
  return { width, heading: bold, strong: bold, code: cyan };
}

/** Returns the columns of the terminal, or those of COLUMNS. */
function helpWidth({ context: { stdout, env } }: Session): number {
  const fromEnv = /^\d{1,5}$/.test(env.COLUMNS ?? "") ? Number(env.COLUMNS) : 0;
  const columns = (stdout.isTerminal ? stdout.columns?.() : undefined) || fromEnv || USUAL;
  return Math.min(WIDEST, Math.max(NARROWEST, columns));
}

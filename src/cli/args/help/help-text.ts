import { COMMANDS, type Command } from "../commands.ts";
import { TOPICS } from "../topics.ts";
import { NOTATION, notationOf } from "../usage.ts";
import { anyOf } from "../values/choice.ts";
import { commandEntry, type FlagEntry, flagEntry, programFlags } from "./reference.ts";
import { keyLines, screenKeys } from "./screen-keys.ts";
import { definition, wrap, wrapCommand } from "./wrap.ts";

/** A topic of the manual. */
export interface TopicEntry {
  readonly name: string;
  readonly title: string;
}

/** The style of a help text. */
export interface HelpStyle {
  /** Columns. */
  readonly width: number;
  readonly heading: (text: string) => string;
}

/** The widest column of flags or commands. */
const MOST_TERM = 30;
/** The width below which descriptions go below the flags. */
const NARROW = 60;

/** The first steps of somebody who has never seen the program. */
const FIRST_STEPS: readonly (readonly [term: string, text: string])[] = [
  ["  ebpf-map top", "which map is filling up, how fast, and whose it is"],
  ["  ebpf-map watch MAP", "what changes in it"],
  ["  ebpf-map dump MAP", "what is in it"],
];

/**
 * Returns the help text of the program: where to start, its commands, the topics of the manual, and the common flags.
 */
export function programHelp(topics: readonly TopicEntry[], style: HelpStyle): string {
  const commands = COMMANDS.map(({ name, description }) => [`  ${name}`, description] as const);
  const chapters = topics.map(({ name, title }) => [`  ${name}`, title] as const);
  return page([
    wrap("ebpf-map reads eBPF maps and prints what bpftool prints.", style.width),
    usageSection(["ebpf-map [OPTIONS] COMMAND"], style),
    section("Start with", definitions(FIRST_STEPS, style), style),
    section("Commands", definitions(commands, style), style),
    section("Topics", definitions(chapters, style), style),
    ...flagSections(programFlags().map(flagEntry), style),
    NOTATION.flatMap((line) => wrap(line, style.width, 8, 0)),
    wrap(`For more: ebpf-map help ${anyOf(["COMMAND", ...(topics.length === 0 ? [] : ["TOPIC"])])}`, style.width),
  ]);
}

/** Returns the help text of a command: its forms, flags and examples. */
export function commandHelp(command: Command, topic: TopicEntry | undefined, style: HelpStyle): string {
  const { usage, description, flags, examples } = commandEntry(command);
  const lines = examples.flatMap(([line, shows]) => [
    ...wrapCommand(line, style.width, 2),
    ...wrap(shows, style.width, 6),
  ]);
  const keys = screenKeys(command.name);
  const shown =
    keys === undefined ? [] : keyLines(keys, style.width - 2).map((line) => (line === "" ? "" : `  ${line}`));
  const more = topic === undefined ? [] : wrap(`The manual: ebpf-map help manual ${topic.name}`, style.width);
  return page([
    wrap(description, style.width),
    [...usageSection(usage, style), ...notationOf(command).flatMap((line) => wrap(line, style.width, 15, 7))],
    ...flagSections(flags, style),
    section("Keys on a terminal", shown, style),
    section("Examples", lines, style),
    more,
  ]);
}

function usageSection(forms: readonly string[], { width, heading }: HelpStyle): string[] {
  const lines = forms.flatMap((form, i) => (i === 0 ? wrap(`Usage: ${form}`, width, 11, 0) : wrap(form, width, 11, 7)));
  return lines.map((line) => line.replace(/^Usage:/, (text) => heading(text)));
}

function flagSections(flags: readonly FlagEntry[], style: HelpStyle): string[][] {
  return TOPICS.map((topic) => {
    const rows = flags
      .filter((flag) => flag.topic === topic)
      .map(({ spelling, text }) => [`  ${spelling}`, text] as const);
    return section(topic, definitions(rows, style), style);
  });
}

/** Lays out terms and texts in two columns, or one below the other on a narrow terminal. */
function definitions(rows: readonly (readonly [term: string, text: string])[], { width }: HelpStyle): string[] {
  const widest = Math.max(0, ...rows.map(([term]) => term.length).filter((length) => length <= MOST_TERM));
  const column = width < NARROW ? 8 : widest + 2;
  return rows.flatMap(([term, text]) => definition(term, text, { width, column }));
}

function section(heading: string, lines: readonly string[], style: HelpStyle): string[] {
  return lines.length === 0 ? [] : [style.heading(`${heading}:`), ...lines];
}

/** Joins paragraphs with empty lines. */
function page(paragraphs: readonly (readonly string[])[]): string {
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

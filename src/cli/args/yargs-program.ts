import yargs, { type Argv } from "yargs";
import { COMMANDS, type Command } from "./commands.ts";
import { HEADINGS, headingOf } from "./flag-topics.ts";
import { type Flag, flagsOf } from "./flags.ts";
import { NOTATION, notationOf, usageLine } from "./usage.ts";

/** How wide a help text may be. */
const WIDTH = 100;

/**
 * The program as yargs knows it, made of the tables of commands and flags: for help texts, completion and suggestions.
 * Command lines are parsed without it, since loading it takes longer than dumping a small map.
 */
export function program(): Argv {
  const instance = bare()
    .usage("ebpf-map reads eBPF maps and prints what bpftool prints.\n\nUsage: ebpf-map [OPTIONS] COMMAND")
    .epilogue(
      [...NOTATION, "", "ebpf-map help COMMAND tells of a command, its options, and how it is used."].join("\n"),
    );
  for (const { name, words, description } of COMMANDS) instance.command(`${name} ${words}`.trimEnd(), description);
  return withFlags(
    instance,
    shownFlags().filter(({ commands, bpftool }) => bpftool || commands === "all"),
  );
}

/** One command, with the options that mean something to it. */
export function programOf(command: Command): Argv {
  const instance = bare().usage(`${command.description}\n\nUsage: ${usageLine(command)}`);
  const lines = notationOf(command);
  if (lines.length > 0) instance.epilogue(lines.join("\n"));
  for (const [line, shows] of command.examples) instance.example(line, shows);
  const flags = shownFlags(command).filter(({ commands }) => commands === "all" || commands.includes(command.name));
  for (const { example } of flags) if (example?.startsWith(`ebpf-map ${command.name} `)) instance.example(example, "");
  return withFlags(instance, flags);
}

/** The command that was probably meant by a word that is none. */
export async function commandSuggestion(word: string): Promise<string | undefined> {
  let advice = "";
  const instance = bare()
    .recommendCommands()
    .fail((message) => {
      advice ||= message;
    });
  for (const { name, description } of COMMANDS) instance.command(name, description);
  await instance.parseAsync([word]);
  return COMMANDS.find(({ name }) => advice === `Did you mean ${name}?`)?.name;
}

/** yargs without its own options, languages and habits of printing and exiting. */
function bare(): Argv {
  return yargs([])
    .scriptName("ebpf-map")
    .detectLocale(false)
    .locale("en")
    .help(false)
    .version(false)
    .exitProcess(false)
    .wrap(WIDTH);
}

function shownFlags(command?: Command): readonly Flag[] {
  return flagsOf(command?.name, undefined).filter(({ ignored }) => ignored !== true);
}

/** Declares options, each below its heading. */
function withFlags(instance: Argv, flags: readonly Flag[]): Argv {
  for (const heading of HEADINGS) {
    const names = flags.filter((flag) => headingOf(flag) === heading).map(({ name }) => name);
    if (names.length > 0) instance.group(names, `${heading}:`);
  }
  for (const { name, alias, description, choices, value } of flags) {
    instance.option(name, {
      describe: value === undefined || choices ? description : `${value}: ${description}`,
      ...(alias === undefined ? {} : { alias }),
      ...(choices === undefined ? {} : { choices }),
    });
  }
  return instance;
}

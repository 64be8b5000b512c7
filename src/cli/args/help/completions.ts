import yargs, { type Argv } from "yargs";
import { COMMANDS, type Command, chooseCommand } from "../commands.ts";
import type { Flag } from "../flag.ts";
import { shownFlags } from "../flags.ts";
import { programFlags } from "./reference.ts";

/**
 * Returns completions for the last of `words`: commands and common flags, or the flags of a command. Only this uses
 * yargs: loading it takes longer than dumping a small map.
 */
export async function completions(words: readonly string[]): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const command = commandAmong(words.slice(0, -1));
  const candidates = await program(command).getCompletion([...words]);
  const names = candidates.map((candidate) => candidate.replace(/:.*$/s, ""));
  return names.filter((name) => name.startsWith(current) && !/^--.$/.test(name));
}

function commandAmong(words: readonly string[]): Command | undefined {
  const word = words.find((candidate) => !candidate.startsWith("-") && candidate !== "map");
  const choice = chooseCommand(word ?? "");
  return word !== undefined && choice.kind === "command" ? choice.command : undefined;
}

/** Returns yargs without its own flags and translations, and without printing and exiting. */
function program(command: Command | undefined): Argv {
  const instance = yargs([]).scriptName("ebpf-map").detectLocale(false).help(false).version(false).exitProcess(false);
  if (command === undefined) for (const { name, description } of COMMANDS) instance.command(name, description);
  return withFlags(instance, command === undefined ? programFlags() : shownFlags(command));
}

function withFlags(instance: Argv, flags: readonly Flag[]): Argv {
  for (const { name, letter, value, help } of flags) {
    instance.option(name, {
      describe: help,
      ...(letter === undefined ? {} : { alias: letter }),
      ...(value?.choices === undefined ? {} : { choices: value.choices }),
    });
  }
  return instance;
}

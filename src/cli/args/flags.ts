import type { Command, Use } from "./commands.ts";
import type { Flag, OptionOf } from "./flag.ts";
import { ENTRY_FLAGS } from "./flags/entries.ts";
import { EVENT_FLAGS } from "./flags/events.ts";
import { FORMAT_FLAGS } from "./flags/format.ts";
import { GENERAL_FLAGS } from "./flags/general.ts";
import { GROUP_FLAGS } from "./flags/groups.ts";
import { TYPE_FLAGS } from "./flags/types.ts";
import { WATCH_FLAGS } from "./flags/watching.ts";

/** All flags, by the names that the values of a command line have in {@link Options}. */
export const FLAGS = {
  ...ENTRY_FLAGS,
  ...GROUP_FLAGS,
  ...FORMAT_FLAGS,
  ...TYPE_FLAGS,
  ...WATCH_FLAGS,
  ...EVENT_FLAGS,
  ...GENERAL_FLAGS,
} as const;

export type OptionName = keyof typeof FLAGS;

/** The values of a command line's flags: true or false for one without a value, undefined for one that was not given. */
export type Options = { readonly [Name in OptionName]: OptionOf<(typeof FLAGS)[Name]> };

/** A flag and its name in {@link Options}. */
export interface NamedFlag {
  readonly option: OptionName;
  readonly flag: Flag;
}

export const ALL_FLAGS: readonly NamedFlag[] = Object.keys(FLAGS)
  .filter(isOptionName)
  .map((option) => ({ option, flag: FLAGS[option] }));

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(FLAGS, name);
}

/** One flag of each long name: where several share one (`--count`, `--output`), the one of this use. */
export function flagsOf(use: Use | undefined): readonly NamedFlag[] {
  const chosen = new Map<string, NamedFlag>();
  for (const named of ALL_FLAGS) {
    const { name } = named.flag;
    if (!chosen.has(name) || isUsedIn(named.flag, use)) chosen.set(name, named);
  }
  return [...chosen.values()];
}

/** The flag means something to this use of a command. */
export function isUsedIn({ uses }: Flag, use: Use | undefined): boolean {
  return uses === "all" || (use !== undefined && uses.includes(use));
}

/** The flags that a command's help shows. */
export function shownFlags({ name }: Command): readonly Flag[] {
  return ALL_FLAGS.map(({ flag }) => flag).filter(
    ({ uses, ignored }) => ignored !== true && (uses === "all" || uses.some((use) => commandOfUse(use) === name)),
  );
}

/** The flags that were given, of those of a use. */
export function givenFlags(options: Options, use: Use | undefined): readonly Flag[] {
  return flagsOf(use)
    .filter(({ option }) => options[option] !== undefined && options[option] !== false)
    .map(({ flag }) => flag);
}

/** The first word of a use: `dump` of `dump --watch`. */
export function commandOfUse(use: Use): string {
  return use.split(" ")[0] ?? use;
}

/** What the script that `completion` prints puts before the words that are to be completed. */
export const COMPLETE_OPTION = "--get-yargs-completions";

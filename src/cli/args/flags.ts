import type { Command, CommandName, Use } from "./commands.ts";
import type { Flag, OptionOf } from "./flag.ts";
import { ENTRY_FLAGS } from "./flags/entries.ts";
import { EVENT_FLAGS } from "./flags/events.ts";
import { FORMAT_FLAGS } from "./flags/format.ts";
import { GENERAL_FLAGS } from "./flags/general.ts";
import { GROUP_FLAGS } from "./flags/groups.ts";
import { LIST_FLAGS } from "./flags/listing.ts";
import { SERVE_FLAGS } from "./flags/serving.ts";
import { STATS_FLAGS } from "./flags/stats.ts";
import { TYPE_FLAGS } from "./flags/types.ts";
import { VERIFIER_FLAGS } from "./flags/verifier.ts";
import { WATCH_FLAGS } from "./flags/watching.ts";

const TABLES = [
  ENTRY_FLAGS,
  GROUP_FLAGS,
  FORMAT_FLAGS,
  TYPE_FLAGS,
  WATCH_FLAGS,
  EVENT_FLAGS,
  VERIFIER_FLAGS,
  STATS_FLAGS,
  SERVE_FLAGS,
  LIST_FLAGS,
  GENERAL_FLAGS,
] as const;

/** All flags, by the names that the values of a command line have in {@link Options}. */
type Flags = typeof ENTRY_FLAGS &
  typeof GROUP_FLAGS &
  typeof FORMAT_FLAGS &
  typeof TYPE_FLAGS &
  typeof WATCH_FLAGS &
  typeof EVENT_FLAGS &
  typeof VERIFIER_FLAGS &
  typeof STATS_FLAGS &
  typeof SERVE_FLAGS &
  typeof LIST_FLAGS &
  typeof GENERAL_FLAGS;

export type OptionName = keyof Flags;

/**
 * The values of a command line's flags: true or false for one without a value, undefined for one that was not given.
 */
export type Options = { readonly [Name in OptionName]: OptionOf<Flags[Name]> };

/** A flag and its name in {@link Options}. */
export interface NamedFlag {
  readonly option: OptionName;
  readonly flag: Flag;
}

/** All flags. One object with all tables would take longer to build than a command line to parse. */
export const ALL_FLAGS: readonly NamedFlag[] = TABLES.flatMap(namedFlags);

function namedFlags(table: Partial<Record<OptionName, Flag>>): NamedFlag[] {
  const named: NamedFlag[] = [];
  for (const option of Object.keys(table) as OptionName[]) {
    const flag = table[option];
    if (flag !== undefined) named.push({ option, flag });
  }
  return named;
}

/** The first flag of each long name, and the others of names that several share (`--fail-empty`, `--output`). */
const [FIRST_FLAGS, VARIANTS] = firstOfEachName();

function firstOfEachName(): [NamedFlag[], NamedFlag[]] {
  const names = new Set<string>();
  const [first, others]: [NamedFlag[], NamedFlag[]] = [[], []];
  for (const named of ALL_FLAGS) {
    (names.has(named.flag.name) ? others : first).push(named);
    names.add(named.flag.name);
  }
  return [first, others];
}

/** Returns one flag for each long name: if several share a name, the one of this use, or else the first. */
export function flagsOf(use: Use | undefined): readonly NamedFlag[] {
  const variants = VARIANTS.filter(({ flag }) => isUsedIn(flag, use));
  if (variants.length === 0) return FIRST_FLAGS;
  return FIRST_FLAGS.map((first) => variants.find(({ flag }) => flag.name === first.flag.name) ?? first);
}

/** Returns true if a use of a command takes the flag. */
export function isUsedIn({ uses }: Flag, use: Use | undefined): boolean {
  return uses === "all" || (use !== undefined && uses.includes(use));
}

/** Returns the flags that a command's help shows. */
export function shownFlags({ name }: Command): readonly Flag[] {
  return ALL_FLAGS.map(({ flag }) => flag).filter(
    ({ uses, ignored }) => ignored !== true && (uses === "all" || uses.some((use) => commandOfUse(use) === name)),
  );
}

/** Returns the command of a use: `dump` for `dump --watch`. */
export function commandOfUse(use: Use): CommandName {
  switch (use) {
    case "schema show":
    case "schema export":
    case "schema check":
      return "schema";
    case "dump --watch":
      return "dump";
    case "stats --watch":
      return "stats";
    default:
      return use;
  }
}

/** The argument that the completion script puts before the words to complete. */
export const COMPLETE_OPTION = "--get-yargs-completions";

import { usage } from "../result/command-error.ts";
import type { Example, Use } from "./commands.ts";
import type { Topic } from "./topics.ts";
import type { ValueType } from "./values/value-type.ts";

/** All that is known of a flag but its value. */
export interface FlagFacts {
  /** The long name without dashes. */
  readonly name: string;
  /** One letter. */
  readonly letter?: string;
  /** The heading of help texts that it stands below. */
  readonly topic: Topic;
  /** The commands that it means something to. */
  readonly uses: readonly Use[] | "all";
  readonly help: string;
  /** The value where the flag is not given, in words. */
  readonly default?: string;
  readonly example?: Example;
  /** bpftool has it, too: its abbreviations go before those of our own, and bpftool's commands all accept it. */
  readonly bpftool?: boolean;
  /** Accepted so that scripts for bpftool go on working; it changes nothing here, and help doesn't show it. */
  readonly ignored?: boolean;
  /** Only the whole name is accepted: its first letters are a flag of other tools, which gets a hint instead. */
  readonly whole?: boolean;
  /** Asks `dump` and `lookup` for rows, which bpftool's formats have no place for. */
  readonly rows?: boolean;
  /** Flags without which it means nothing: one of them must be given. */
  readonly needs?: readonly string[];
  /** Flags that it can't be combined with. */
  readonly excludes?: readonly string[];
}

/** A flag without a value. */
export interface Switch extends FlagFacts {
  readonly value?: undefined;
}

/** A flag with a value. */
export interface ValueFlag extends FlagFacts {
  readonly value: ValueType<unknown>;
}

export type Flag = Switch | ValueFlag;

/** Flags by the names of their values in the options. */
export type FlagTable = Readonly<Record<string, Flag>>;

/** What a command gets of a flag: whether it was given, or its value. */
export type OptionOf<One> = One extends { readonly value: ValueType<infer Value> } ? Value | undefined : boolean;

/** The value of a flag's text. Throws USAGE, which says what is accepted, or what the value's own parser throws. */
export function parseValue({ name, value }: ValueFlag, text: string): unknown {
  const option = `--${name}`;
  const parsed = value.parse(text, option);
  if (parsed !== undefined) return parsed;
  const meant = value.suggest?.(text);
  const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  throw usage(`${option} takes ${value.accepts}, got '${text}'${hint}`);
}

import { usage } from "../result/command-error.ts";
import type { Example, Use } from "./commands.ts";
import type { Topic } from "./topics.ts";
import type { ValueType } from "./values/value-type.ts";

/** The properties of a flag apart from its value. */
export interface FlagFacts {
  /** The long name without dashes. */
  readonly name: string;
  /** The short form: one letter. */
  readonly letter?: string;
  /** The heading in help texts. */
  readonly topic: Topic;
  /** The uses of commands that take it. */
  readonly uses: readonly Use[] | "all";
  readonly help: string;
  /** The default, in words. */
  readonly default?: string;
  readonly example?: Example;
  /** True if bpftool has it, too: its abbreviations take precedence, and all of bpftool's commands accept it. */
  readonly bpftool?: boolean;
  /** True if it is accepted only for scripts that call bpftool: it has no effect, and help doesn't show it. */
  readonly ignored?: boolean;
  /** True if only the whole name is accepted: an abbreviation is a flag of other tools, which gets a hint instead. */
  readonly whole?: boolean;
  /** True if it asks `dump` and `lookup` for rows, which bpftool's formats can't show. */
  readonly rows?: boolean;
  /** Flags that must be given with it. */
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

/** The option of a flag: whether it was given, or its value. */
export type OptionOf<One> = One extends { readonly value: ValueType<infer Value> } ? Value | undefined : boolean;

/** Parses the value of a flag. Throws USAGE with what is accepted, or the error of the value's parser. */
export function parseValue({ name, value }: ValueFlag, text: string): unknown {
  const option = `--${name}`;
  const parsed = value.parse(text, option);
  if (parsed !== undefined) return parsed;
  const meant = value.suggest?.(text);
  const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  throw usage(`${option} takes ${value.accepts}, got '${text}'${hint}`);
}

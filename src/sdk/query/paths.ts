import type { DecodedValue } from "../../codec/access/value-decoder.ts";

/** A list of paths or aggregates: one text with commas in it, or an array. */
export type TextList = string | readonly string[];

/** The parts of a list as a union; those that TypeScript can't tell apart are `string`. */
export type PartsOf<List extends TextList> = List extends readonly string[]
  ? List[number]
  : List extends string
    ? SplitParts<List>
    : never;

type SplitParts<Text extends string> = Text extends `${infer First},${infer Rest}`
  ? Trimmed<First> | SplitParts<Rest>
  : Trimmed<Text>;

type Trimmed<Text extends string> = Text extends ` ${infer Rest}`
  ? Trimmed<Rest>
  : Text extends `${infer Rest} `
    ? Trimmed<Rest>
    : Text;

/** True for parts whose names only the program knows: not literal, with `*`, quotes, or blanks inside. */
type IsOpen<Parts extends string> = string extends Parts
  ? true
  : [Extract<Parts, `${string}${"*" | '"' | " " | ","}${string}`>] extends [never]
    ? false
    : true;

/** The end of the name at the start of a path, and what follows: `["slots", "[3].n"]`. */
type NameAndRest<Path extends string> = Path extends `${infer Before}[${infer After}`
  ? Before extends `${infer Name}.${infer Rest}`
    ? [Name, `.${Rest}[${After}`]
    : [Before, `[${After}`]
  : Path extends `${infer Name}.${infer Rest}`
    ? [Name, `.${Rest}`]
    : [Path, ""];

/** The type of what a path leads to inside of `T`; `DecodedValue` where `T` doesn't say. */
type Inside<T, Path extends string> = Path extends ""
  ? T
  : DecodedValue extends T
    ? DecodedValue
    : Path extends `.${infer Named}`
      ? NameAndRest<Named> extends [infer Name, infer Rest extends string]
        ? Name extends keyof T
          ? Inside<T[Name], Rest>
          : DecodedValue
        : DecodedValue
      : Path extends `[${number}]${infer Rest}`
        ? T extends readonly (infer Element)[]
          ? Inside<Element, Rest>
          : DecodedValue
        : DecodedValue;

/** The type of a path such as `key.saddr` or `value.slots[3]` in entries of `K` and `V`. */
export type ValueAt<K, V, Path extends string> = Path extends "cpu" | "entry.index"
  ? number
  : Path extends `key${infer Rest}`
    ? Inside<K, Rest>
    : Path extends `value${infer Rest}`
      ? Inside<V, Rest>
      : DecodedValue;

/**
 * A row of selected columns, under the paths by which they were selected. Where TypeScript can't tell the paths (`*`,
 * or a text that isn't literal) any name may be there.
 */
export type Selected<K, V, Paths extends TextList> =
  IsOpen<PartsOf<Paths>> extends true
    ? { readonly [path: string]: DecodedValue }
    : { readonly [Path in PartsOf<Paths>]: ValueAt<K, V, Path> };

/** The type of an aggregate: counts are numbers, sums of integers exact bigints, averages numbers. */
type AggregateAt<K, V, Text extends string> = Text extends "count()" | `avg(${string})`
  ? number
  : Text extends `sum(${infer Path})`
    ? ValueAt<K, V, Path> extends bigint
      ? bigint
      : number | bigint
    : Text extends `${"min" | "max"}(${infer Path})`
      ? ValueAt<K, V, Path> extends number
        ? number | bigint
        : ValueAt<K, V, Path>
      : DecodedValue;

/** A group: the columns that it is by, and its aggregates, `count()` unless others were named. */
export type Grouped<K, V, By extends TextList, Aggregates extends TextList> =
  IsOpen<PartsOf<By> | PartsOf<Aggregates>> extends true
    ? { readonly [name: string]: DecodedValue }
    : { readonly [Path in PartsOf<By>]: ValueAt<K, V, Path> } & {
        readonly [Text in PartsOf<Aggregates>]: AggregateAt<K, V, Text>;
      };

/** The aggregates of a group, under the texts by which they were named. */
export type GroupValues<K, V, Aggregates extends TextList> =
  IsOpen<PartsOf<Aggregates>> extends true
    ? { readonly [name: string]: DecodedValue }
    : { readonly [Text in PartsOf<Aggregates>]: AggregateAt<K, V, Text> };

/** The value of one CPU where `V` are the values of all. */
export type OneCpu<V> = V extends readonly (infer One)[] ? One : DecodedValue;

/**
 * The value of a row that is an entry, or one CPU of an entry. Where `V` are values in an array, they may be those of
 * all CPUs, or a value that is an array.
 */
export type ValueOfRow<V> = V extends readonly (infer One)[] ? V | One : V;

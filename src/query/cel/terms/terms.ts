import type { ASTNode } from "@marcbachmann/cel-js";
import { typeText } from "../../../codec/access/accessor.ts";
import type { Field } from "../../../codec/access/field.ts";
import { address, type Operand } from "../../../codec/access/operand.ts";
import type { EnumLayout } from "../../../schema/layout.ts";
import type { Range } from "../../fields/query-error.ts";
import type { ClockName, QueryClock } from "./clock.ts";

/**
 * A part of an expression, checked and translated: `code` is the source of a JavaScript expression. Integers are
 * mathematical: `code` is a number where `min` to `max` fits 53 bits, else a bigint, so that nothing overflows.
 */
export type Term = { readonly range: Range } & (
  | { readonly type: "bool"; readonly code: string }
  | IntegerTerm
  | DoubleTerm
  | TextTerm
  | { readonly type: "bytes"; readonly constant: Uint8Array }
  | { readonly type: "address"; readonly constant: Uint8Array }
  | { readonly type: "list"; readonly elements: readonly Term[] }
  | { readonly type: "sequence"; readonly sequence: Sequence }
  | { readonly type: "null" }
  /** A record, an array, or an opaque type: only its members or elements are values. */
  | { readonly type: "field"; readonly located: LocatedField }
);

/** A field and the variables of the generated code in whose bytes it lies. */
export interface LocatedField {
  readonly field: Field;
  readonly operand: Operand;
}

/** The meaning of a name in a macro: a field, or something computed. */
export type Bound = LocatedField | Term;

/** Elements that are visited one after the other: those of an array, or what `filter` and `map` make of them. */
export interface Sequence {
  /** The variable that holds the position of an element. */
  readonly variable: string;
  /** Code: the position of the first element, the bytes from one to the next, and the number of elements. */
  readonly start: string;
  readonly stride: number;
  readonly length: string;
  /** Statements that run before an element is used: they skip it with `return false`, or compute with it. */
  readonly steps: readonly string[];
  readonly element: Bound;
}

export interface IntegerTerm {
  readonly type: "integer";
  readonly code: string;
  readonly min: bigint;
  readonly max: bigint;
  /** For a 64-bit field a double that compares with anything below 2^53 as the integer does. */
  readonly nearest?: string;
  /** For a 64-bit field its two halves, to be compared without a bigint. */
  readonly words?: Words;
  readonly constant?: bigint;
  /** A constant of CEL's type uint, also one that no int can hold. */
  readonly unsigned?: true;
  /** The function that a constant came from, such as `htons` or `duration`: it already has the form of a field. */
  readonly madeBy?: string;
  /** The same for all entries of a batch, as every constant is. */
  readonly uniform?: true;
  /** The integer as `base + sign * field`. */
  readonly shifted?: Shifted;
  /** The field it was read from, for operations on its bytes. */
  readonly located?: LocatedField;
  /** Byte-swapped, as by ntohl(): the bytes at `located` are in the other order. */
  readonly swapped?: boolean;
  /** The enum whose enumerator was named. */
  readonly enumerator?: EnumLayout;
}

/** Code of the halves of a 64-bit integer: the low one unsigned, the high one with the sign. */
export interface Words {
  readonly high: string;
  readonly low: string;
}

/** A 64-bit field, or its negative, plus something that is the same for all entries. */
export interface Shifted {
  readonly words: Words;
  readonly sign: 1 | -1;
  /** Code of a bigint. */
  readonly base: string;
}

export interface DoubleTerm {
  readonly type: "double";
  readonly code: string;
  readonly constant?: number;
}

export interface TextTerm {
  readonly type: "text";
  readonly code: string;
  readonly constant?: string;
  /** Code that tests for the text whose bytes are in table `t[i]`, without making a string. */
  readonly equals?: (table: number) => string;
}

/** Checks and translates nodes: the compiler as functions and operators see it. */
export interface TermCompiler {
  readonly term: (node: ASTNode, expected?: EnumLayout) => Term;
  /** The code of a node that must be true or false. */
  readonly condition: (node: ASTNode) => string;
  readonly locate: (node: ASTNode) => LocatedField | undefined;
  readonly enumAt: (node: ASTNode) => EnumLayout | undefined;
  /** Keeps an object that the source refers to as `t[i]`, and returns the index. */
  readonly table: (value: unknown) => number;
  readonly fail: (range: Range, message: string) => never;
  /** The index of the error that a division by zero throws; from then on the expression may fail. */
  readonly divisionError: (range: Range) => number;
  /** The value of a field. */
  readonly read: (located: LocatedField, range: Range) => Term;
  /** A variable of the generated code that nothing else has. */
  readonly variable: (letter: string) => string;
  /** The result of `body`, inside of which a name of the expression has a meaning. */
  readonly withVariable: <Result>(name: string, bound: Bound, body: () => Result) => Result;
  /** Undefined for a query without one. */
  readonly clock: QueryClock | undefined;
  /** The variable that has the time of a clock. */
  readonly now: (clock: ClockName) => string;
  /** The halves of a bigint that is computed once for each batch. */
  readonly uniformWords: (code: string) => Words;
}

/** The part of the compiler that operators of integers need. */
export type IntegerContext = Pick<TermCompiler, "fail" | "divisionError" | "uniformWords">;

const SAFE = 2n ** 53n - 1n;

/** The largest int of CEL: a larger constant is a uint. */
export const MAX_INT: bigint = 2n ** 63n - 1n;

/** Tests whether an integer's code is a number rather than a bigint. */
export function isSafe({ min, max }: Pick<IntegerTerm, "min" | "max">): boolean {
  return min >= -SAFE && max <= SAFE;
}

/** The code of an integer as a bigint. */
export function bigCode(term: IntegerTerm): string {
  if (term.constant !== undefined) return term.constant < 0n ? `(${term.constant}n)` : `${term.constant}n`;
  return isSafe(term) ? `BigInt(${term.code})` : term.code;
}

/** A known integer, an int unless it is `unsigned` or too large for one. */
export function constantInteger(constant: bigint, unsigned = false): IntegerTerm {
  const text = isSafe({ min: constant, max: constant }) ? `${constant}` : `${constant}n`;
  const code = constant < 0n ? `(${text})` : text;
  const known = { type: "integer", code, min: constant, max: constant, constant, uniform: true } as const;
  return unsigned || constant > MAX_INT ? { ...known, unsigned: true } : known;
}

/** A known double. */
export function constantDouble(constant: number): DoubleTerm {
  const code =
    constant < 0 || Object.is(constant, -0) ? `(${Object.is(constant, -0) ? "-0" : constant})` : `${constant}`;
  return { type: "double", code, constant };
}

/** A known string. */
export function constantText(compiler: Pick<TermCompiler, "table">, constant: string): TextTerm {
  return { type: "text", code: `t[${compiler.table(constant)}]`, constant };
}

/** The code of the position at which a field begins. */
export function startOf({ field, operand }: LocatedField): string {
  return address({ ...operand, offset: operand.offset + field.bitOffset / 8 }, 0);
}

/** A field of all CPUs that isn't added up: the list of the distinct values. */
export function isOfCpus(term: Term): term is Term & { type: "field" } {
  return (
    term.type === "field" && term.located.field.layout.kind === "array" && term.located.field.layout.counted === true
  );
}

/** The type of a term in messages: `u64`, `a string`, `an integer`. */
export function termTypeText(term: Term): string {
  switch (term.type) {
    case "bool":
      return "true or false";
    case "integer":
      if (term.enumerator !== undefined) return `an enumerator of \`${typeText(term.enumerator)}\``;
      if (term.located === undefined || term.swapped) return "an integer";
      return `an integer (\`${typeText(term.located.field.layout)}\`)`;
    case "double":
      return "a floating-point number";
    case "text":
      return "a string";
    case "bytes":
      return "bytes";
    case "address":
      return "an address";
    case "list":
    case "sequence":
      return "a list";
    case "null":
      return "null";
    case "field": {
      const differs = isOfCpus(term) ? ", which may differ between CPUs" : "";
      return `\`${typeText(term.located.field.layout)}\`${differs}`;
    }
  }
  return term satisfies never;
}

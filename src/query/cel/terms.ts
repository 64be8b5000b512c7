import type { ASTNode } from "@marcbachmann/cel-js";
import { typeText } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import { address, type Operand } from "../../codec/access/operand.ts";
import type { EnumLayout } from "../../schema/layout.ts";
import type { Range } from "../fields/query-error.ts";

/**
 * A part of an expression, checked and translated: `code` is the source of a JavaScript expression. Integers are
 * mathematical: `code` is a number where `min` to `max` fits 53 bits, else a bigint, so that nothing overflows.
 */
export type Term = { readonly range: Range } & (
  | { readonly type: "bool"; readonly code: string }
  | IntegerTerm
  | { readonly type: "double"; readonly code: string }
  | TextTerm
  | { readonly type: "bytes"; readonly constant: Uint8Array }
  | { readonly type: "address"; readonly constant: Uint8Array }
  | { readonly type: "list"; readonly elements: readonly Term[] }
  | { readonly type: "sequence"; readonly sequence: Sequence }
  | { readonly type: "null" }
  /** A record, an array, or something without meaning: what has to be stepped into. */
  | { readonly type: "field"; readonly located: Located }
);

/** A field and the variables of the generated code in whose bytes it lies. */
export interface Located {
  readonly field: Field;
  readonly operand: Operand;
}

/** What a name in a macro stands for: a place, or something computed. */
export type Bound = Located | Term;

/** Elements that are gone through one after the other: those of an array, or what `filter` and `map` make of them. */
export interface Sequence {
  /** The variable that holds where an element begins. */
  readonly variable: string;
  /** Code: where the first one begins, how far it is to the next, and how many there are. */
  readonly start: string;
  readonly stride: number;
  readonly length: string;
  /** Statements that come before an element is looked at: they leave it out with `return false`, or compute with it. */
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
  readonly constant?: bigint;
  /** Where it was read, for what cares about its bytes. */
  readonly located?: Located;
  /** The bytes at `located` are meant in the other order: ntohl() and the like. */
  readonly swapped?: boolean;
  /** The enum whose enumerator was named. */
  readonly enumerator?: EnumLayout;
}

export interface TextTerm {
  readonly type: "text";
  readonly code: string;
  readonly constant?: string;
  /** A test whether the text is that of table `t[i]`, without making a string of it. */
  readonly equals?: (table: number) => string;
}

/** What checks and translates nodes, as functions and operators see it. */
export interface TermCompiler {
  readonly term: (node: ASTNode, expected?: EnumLayout) => Term;
  /** The code of a node that must be true or false. */
  readonly condition: (node: ASTNode) => string;
  readonly locate: (node: ASTNode) => Located | undefined;
  readonly enumAt: (node: ASTNode) => EnumLayout | undefined;
  /** Keeps something that the source refers to as `t[i]`, and returns the index. */
  readonly table: (value: unknown) => number;
  readonly fail: (range: Range, message: string) => never;
  /** The error that a division by zero throws, by its index; from now on the expression may fail. */
  readonly divisionError: (range: Range) => number;
  /** What stands at a place. */
  readonly read: (located: Located, range: Range) => Term;
  /** A name of the generated code that nothing else has. */
  readonly variable: (letter: string) => string;
  /** What `body` returns while a name of the expression stands for something. */
  readonly withVariable: <Result>(name: string, bound: Bound, body: () => Result) => Result;
}

/** What operators of integers need of the compiler. */
export type DivisionContext = Pick<TermCompiler, "fail" | "divisionError">;

const SAFE = 2n ** 53n - 1n;

/** Whether an integer's code is a number rather than a bigint. */
export function isSafe({ min, max }: Pick<IntegerTerm, "min" | "max">): boolean {
  return min >= -SAFE && max <= SAFE;
}

/** The code of an integer as a bigint. */
export function bigCode(term: IntegerTerm): string {
  if (term.constant !== undefined) return `${term.constant}n`;
  return isSafe(term) ? `BigInt(${term.code})` : term.code;
}

/** A known integer. */
export function constantInteger(constant: bigint): IntegerTerm {
  const code = isSafe({ min: constant, max: constant }) ? `${constant}` : `${constant}n`;
  return { type: "integer", code: constant < 0n ? `(${code})` : code, min: constant, max: constant, constant };
}

/** Where the bytes of a place begin, as code. */
export function startOf({ field, operand }: Located): string {
  return address({ ...operand, offset: operand.offset + field.bitOffset / 8 }, 0);
}

/** A field of all CPUs that isn't added up: the list of the distinct values. */
export function isOfCpus(term: Term): term is Term & { type: "field" } {
  return (
    term.type === "field" && term.located.field.layout.kind === "array" && term.located.field.layout.counted === true
  );
}

/** What a term is, for messages: `u64`, `a string`, `an integer`. */
export function describe(term: Term): string {
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

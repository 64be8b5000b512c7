import { EbpfMapError } from "../../errors.ts";

/** The value that a type accepts in place of the one it was given. */
export type Problem =
  | { readonly kind: "range"; readonly low: bigint; readonly high: bigint }
  | { readonly kind: "bool" | "number" | "overlap" | "unknown bytes" }
  | { readonly kind: "bytes" | "hex"; readonly size: number }
  /** A network whose addresses have `bits` bits. */
  | { readonly kind: "network"; readonly bits: number }
  /** One of these enumerators, or a number. */
  | { readonly kind: "enumerator"; readonly names: readonly string[] }
  /** A list of `length` elements; if `isText`, also a text of up to as many bytes. */
  | { readonly kind: "list"; readonly length: number; readonly isText: boolean }
  /** An object with these fields, if they are known. */
  | { readonly kind: "object"; readonly names: readonly string[] | undefined }
  /** No field but these. */
  | { readonly kind: "field"; readonly names: readonly string[] }
  /** At least one of these members of a union. */
  | { readonly kind: "member"; readonly names: readonly string[] };

/**
 * Thrown for a JavaScript value that does not fit a type. Each enclosing record and array adds its step to the path.
 */
export class TypeMismatch extends Error {
  readonly typeName: string;
  readonly problem: Problem;
  readonly got: unknown;
  /** `.sport`, `[3].addr`; "" for the whole value. */
  path = "";

  constructor(typeName: string, problem: Problem, got: unknown) {
    super(problem.kind);
    this.typeName = typeName;
    this.problem = problem;
    this.got = got;
  }

  /** Returns the error for users; `what` names the whole value: `key`. */
  asError(what: string): EbpfMapError {
    const expected = expectedText(this.typeName, this.problem);
    const got = this.problem.kind === "overlap" ? '"others"' : described(this.got);
    const path = what + this.path;
    return new EbpfMapError("KEY_INVALID", `encode ${path}: expected ${expected}, got ${got}`, { path, expected, got });
  }
}

/** Runs a step of an encoder; a TypeMismatch in it gets `part` before its path. */
export function inside(part: string, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (error instanceof TypeMismatch) error.path = part + error.path;
    throw error;
  }
}

function expectedText(type: string, problem: Problem): string {
  switch (problem.kind) {
    case "range":
      return `${type || "an integer"} (${problem.low} to ${problem.high})`;
    case "bool":
      return `${type} (true or false)`;
    case "number":
      return `${type} (a number)`;
    case "overlap":
      return "the same bytes that an overlapping member gives";
    case "unknown bytes":
      return `nothing (of ${type} no bytes are known)`;
    case "bytes":
      return `${type} (a Uint8Array of ${problem.size} bytes)`;
    case "hex":
      return `${type} (${2 * problem.size} hexadecimal digits)`;
    case "network":
      return `${type} (a network of ${problem.bits} bits)`;
    case "enumerator":
      return `${type} (${listed(problem.names)}, or a number)`;
    case "list":
      return `${type} (${problem.isText ? `up to ${problem.length} bytes of text, or ` : ""}an array of ${problem.length})`;
    case "object":
      return `${type} (an object${problem.names === undefined ? "" : ` with ${listed(problem.names)}`})`;
    case "field":
      return `only fields of ${type} (${listed(problem.names)})`;
    case "member":
      return `${type} (one or more of ${listed(problem.names)})`;
  }
  return problem satisfies never;
}

const NAMES_SHOWN = 8;

/** Lists names in a sentence, only the first of many. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}

const SHOWN_CHARACTERS = 40;

/** Describes a value in a sentence: numbers in full, the beginning of a text, anything else by its type. */
function described(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string")
    return JSON.stringify(value.length <= SHOWN_CHARACTERS ? value : `${value.slice(0, SHOWN_CHARACTERS)}…`);
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "bigint")
    return value < 2n ** 128n && value > -(2n ** 128n) ? String(value) : "a larger integer";
  if (value instanceof Uint8Array) return `a Uint8Array of ${value.length} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

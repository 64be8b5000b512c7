import { EbpfMapError } from "../errors.ts";

/** Why a JavaScript value can't be what a type wants. The records and arrays around it add their part of the path. */
export class Misfit extends Error {
  readonly expected: string;
  readonly got: string;
  /** `.sport`, `[3].addr`; "" for the whole value. */
  path = "";

  constructor(expected: string, got: unknown) {
    super(expected);
    this.expected = expected;
    this.got = typeof got === "string" ? quoted(got) : described(got);
  }

  /** The error that leaves this package; `what` is the whole value's name: `key`. */
  asError(what: string): EbpfMapError {
    const { expected, got } = this;
    const path = what + this.path;
    return new EbpfMapError("KEY_INVALID", `encode ${path}: expected ${expected}, got ${got}`, { path, expected, got });
  }
}

/** Runs a step of an encoder; what doesn't fit there is told with this part of the path before it. */
export function inside(part: string, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (error instanceof Misfit) error.path = part + error.path;
    throw error;
  }
}

const SHOWN_CHARACTERS = 40;

function quoted(text: string): string {
  return JSON.stringify(text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`);
}

/** A value as a sentence can name it: numbers in full, the rest by what it is. */
function described(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "bigint")
    return value < 2n ** 128n && value > -(2n ** 128n) ? String(value) : "a larger integer";
  if (value instanceof Uint8Array) return `a Uint8Array of ${value.length} bytes`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

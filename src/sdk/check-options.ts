import { EbpfMapError } from "../errors.ts";
import { suggestion } from "../nearest.ts";

/** The values that an option takes, for callers whom no type checker has told. */
export interface OptionCheck {
  /** Ends the sentence "expected …". */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

/** A check for every option of an interface, so that a forgotten one does not compile. */
export type OptionChecks<Options> = { readonly [Name in keyof Required<Options>]: OptionCheck };

/** Accepts one of some words. */
export function oneOf(...words: readonly string[]): OptionCheck {
  const quoted = words.map((word) => `"${word}"`);
  const expected = [quoted.slice(0, -1).join(", "), ...quoted.slice(-1)].filter((part) => part !== "").join(" or ");
  return { expected, accepts: (value) => typeof value === "string" && words.includes(value) };
}

/** Accepts text that can name a file: not empty, and without NUL, at which the kernel would cut it. */
export const PATH: OptionCheck = {
  expected: "a path (text that is not empty and has no NUL)",
  accepts: (value) => typeof value === "string" && value !== "" && !value.includes("\0"),
};

export const ANY_TEXT: OptionCheck = { expected: "text", accepts: (value) => typeof value === "string" };
export const BOOLEAN: OptionCheck = { expected: "true or false", accepts: (value) => typeof value === "boolean" };
export const CALLBACK: OptionCheck = { expected: "a function", accepts: (value) => typeof value === "function" };
export const RECORD: OptionCheck = { expected: "an object", accepts: isRecord };

export const PATH_OR_BYTES: OptionCheck = {
  expected: "a path or a Uint8Array",
  accepts: (value) => PATH.accepts(value) || value instanceof Uint8Array,
};

export const PATHS: OptionCheck = {
  expected: "a path or a list of paths",
  accepts: (value) => [value].flat().every((one) => PATH.accepts(one)),
};

/** Accepts anything that implements Standard Schema, version 1. */
export const STANDARD_SCHEMA: OptionCheck = {
  expected: "a Standard Schema (an object with ~standard.validate)",
  accepts(value) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
    const standard = (value as { readonly "~standard"?: { readonly validate?: unknown } })["~standard"];
    return typeof standard?.validate === "function";
  },
};

export const SIGNAL: OptionCheck = {
  expected: "an AbortSignal",
  accepts: (value) => value instanceof AbortSignal,
};

/** Accepts a number of milliseconds: Infinity is no limit, and one that is not positive has passed. */
export const MILLISECONDS: OptionCheck = {
  expected: "a number of milliseconds",
  accepts: (value) => typeof value === "number" && !Number.isNaN(value),
};

/** Accepts whole numbers of at least `least`. */
export function wholeNumberFrom(least: number): OptionCheck {
  return {
    expected: `a whole number of at least ${least}`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least,
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Checks options at the door of a function, where a wrong one would be ignored or fail deep inside. `doing` begins the
 * message; an option that is undefined is not given.
 *
 * @throws {EbpfMapError} USAGE with `details.option` and `details.expected`; for a name that is no option, with the one
 * that was probably meant.
 */
export function checkOptions<Options>(doing: string, options: unknown, checks: OptionChecks<Options>): void {
  if (!isRecord(options)) throw usage(doing, "options", "an object", options);
  const known: Readonly<Record<string, OptionCheck>> = checks;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check === undefined) throw unknownOption(doing, name, Object.keys(known));
    if (!check.accepts(value)) throw usage(doing, name, check.expected, value);
  }
}

/** Throws USAGE for the first option that is there without the one that it needs. */
export function checkNeeds<Options>(
  doing: string,
  options: Options,
  needs: readonly (readonly [name: keyof Options & string, needed: keyof Options & string])[],
): void {
  for (const [name, needed] of needs) {
    if (options[name] === undefined || options[needed] !== undefined) continue;
    throw new EbpfMapError("USAGE", `${doing}: ${name} needs ${needed}`, { option: name });
  }
}

/** Checks one value that isn't part of an options object. Throws USAGE. */
export function checkArgument(doing: string, name: string, value: unknown, check: OptionCheck): void {
  if (!check.accepts(value)) throw usage(doing, name, check.expected, value);
}

function usage(doing: string, option: string, expected: string, got: unknown): EbpfMapError {
  return new EbpfMapError("USAGE", `${doing}: ${option}: expected ${expected}, got ${shown(got)}`, {
    option,
    expected,
  });
}

function unknownOption(doing: string, name: string, known: readonly string[]): EbpfMapError {
  const message = `${doing}: there is no option ${shown(name)}${suggestion(name, known)}`;
  return new EbpfMapError("USAGE", message, { option: name });
}

/** A value in a message: short, on one line, and whatever it is. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === null || ["number", "bigint", "boolean", "undefined"].includes(typeof value)) return String(value);
  return Array.isArray(value) ? "an array" : `a${typeof value === "object" ? "n object" : ` ${typeof value}`}`;
}

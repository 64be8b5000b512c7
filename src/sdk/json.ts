import { EbpfMapError } from "../errors.ts";
import { checkOptions, type OptionChecks, oneOf } from "./check-options.ts";

/** Options of `toJSON`. */
export interface JsonTextOptions {
  /**
   * Integers that are `bigint`s: digits, which only some readers keep exact ("digits", the default), or strings of
   * them.
   */
  readonly int64?: "digits" | "string";
  /** Bytes: hexadecimal digits ("hex", the default), or lists of numbers. */
  readonly bytes?: "hex" | "list";
}

const JSON_CHECKS: OptionChecks<JsonTextOptions> = { int64: oneOf("digits", "string"), bytes: oneOf("hex", "list") };

/** The deepest nesting; no decoded value comes near it. */
const MAX_DEPTH = 512;

/**
 * Returns the JSON of whatever this package gives: entries, rows, events, statistics. It is valid for strict readers
 * whatever the data: a `bigint` keeps all its digits, a number that JSON doesn't have (NaN, infinities) is null, a lone
 * surrogate, which stands for a byte that isn't UTF-8, is U+FFFD, dates are in ISO 8601, errors are their code and
 * message. Members that are undefined or functions are left out; undefined itself is null.
 *
 * Throws USAGE for wrong options, and for values that hold themselves or nest deeper than 512.
 */
export function toJSON(value: unknown, options: JsonTextOptions = {}): string {
  checkOptions("make JSON", options, JSON_CHECKS);
  return text(value, options, 0) ?? "null";
}

function text(value: unknown, options: JsonTextOptions, depth: number): string | undefined {
  switch (typeof value) {
    case "bigint":
      return options.int64 === "string" ? `"${value}"` : String(value);
    case "string":
      return JSON.stringify(wellFormed(value));
    case "number":
      return Object.is(value, -0) ? "-0" : JSON.stringify(value);
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : objectText(value, options, depth + 1);
    default:
      return undefined;
  }
}

function objectText(value: object, options: JsonTextOptions, depth: number): string {
  if (depth > MAX_DEPTH) throw new EbpfMapError("USAGE", `make JSON: the value nests deeper than ${MAX_DEPTH}`);
  if (value instanceof Uint8Array) return bytesText(value, options);
  if (Array.isArray(value)) return `[${value.map((one) => text(one, options, depth) ?? "null").join(",")}]`;
  if (value instanceof Date) return JSON.stringify(value);
  const members = value instanceof EbpfMapError ? { code: value.code, message: value.message } : value;
  const parts = Object.entries(members).flatMap(([name, member]) => {
    const made = text(member, options, depth);
    return made === undefined ? [] : [`${JSON.stringify(wellFormed(name))}:${made}`];
  });
  return `{${parts.join(",")}}`;
}

function bytesText(bytes: Uint8Array, { bytes: form = "hex" }: JsonTextOptions): string {
  return form === "list"
    ? `[${bytes.join(",")}]`
    : `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}"`;
}

/** Text without lone surrogates, which strict readers refuse. */
function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, "\ufffd");
}

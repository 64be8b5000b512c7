import type { StandardSchemaV1 } from "@standard-schema/spec";
import { EbpfMapError } from "../../errors.ts";

/**
 * The treatment of an entry that the declared schema refuses: the read fails, the entry is left out, or it is reported
 * and left out.
 */
export type OnInvalid = "throw" | "skip" | "report";

/** An entry that the declared schema refuses. */
export interface InvalidEntry {
  /** The map as messages name it: `map id 7 (conns)`. */
  readonly map: string;
  /** The half of the entry that was refused. */
  readonly side: "key" | "value";
  /** The key as decoded, to find the entry by. */
  readonly key: unknown;
  /** The schema's messages, each with its path. */
  readonly issues: readonly {
    /** The place in the entry: `value.state`, or `key` for the whole of it. */
    readonly path: string;
    /** The schema's own words. */
    readonly message: string;
  }[];
  /** The bytes of the key or value that was refused. */
  readonly bytes: Uint8Array;
}

/** The outcome of a check: the schema's own output, or the issues that it has. */
export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: InvalidEntry["issues"] };

/** Checks a decoded key or value by any Standard Schema; one that answers with a promise is refused with USAGE. */
export function checkValue(schema: StandardSchemaV1, side: InvalidEntry["side"], value: unknown): Checked {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new EbpfMapError(
      "USAGE",
      `check a ${side}: the schema works asynchronously (only synchronous ones can be used)`,
    );
  }
  if (result.issues === undefined) return { ok: true, value: result.value };
  return { ok: false, issues: result.issues.map((issue) => ({ path: pathOf(side, issue), message: issue.message })) };
}

/**
 * VALUE_INVALID for an entry that the schema refuses; in its details the key is JSON, the refused bytes hexadecimal
 * digits.
 */
export function invalidError({ map, side, key, issues, bytes }: InvalidEntry): EbpfMapError {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const hex = Buffer.from(bytes).toString("hex");
  const message = `check an entry of ${map}: ${first?.path ?? side}: ${first?.message ?? "refused"}${more}`;
  const all = issues.map((issue) => `${issue.path}: ${issue.message}`);
  const details = { map, side, key: jsonOf(key), path: first?.path ?? side, issues: all, bytes: hex };
  return new EbpfMapError("VALUE_INVALID", message, details);
}

/** Integers that JSON has no number for are digits in strings, bytes are lists. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === "bigint") return String(one);
    return one instanceof Uint8Array ? [...one] : one;
  });
}

function pathOf(side: string, { path = [] }: StandardSchemaV1.Issue): string {
  const keys = path.map((part) => (typeof part === "object" ? part.key : part));
  return side + keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
}

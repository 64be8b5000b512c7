import type { KeyValue } from "../../../codec/keys/json-key.ts";
import { queryError } from "../../../query/fields/query-error.ts";
import { jsonFault } from "../../../schema/file/json-fault.ts";
import type { ValueType } from "./value-type.ts";

/** A value in JSON. */
export interface GivenJson {
  readonly value: KeyValue;
  /** The value as it was written: where a text is meant, `10` and `true` are texts, too. */
  readonly text: string;
}

/**
 * Accepts a value in JSON, and a text without the quotes of JSON: `10.0.0.1`. Integers that a double may not hold
 * become strings of digits. Throws QUERY_INVALID with the place.
 */
export function json(): ValueType<GivenJson> {
  return {
    name: "JSON",
    accepts: "a value in JSON",
    parse: (text, option) => {
      if (isBareText(text)) return { value: text, text };
      checkSyntax(text, option);
      const exact = text.replace(TEXT_OR_NUMBER, (found) => (/^-?\d{16,}$/.test(found) ? `"${found}"` : found));
      return { value: JSON.parse(exact) as KeyValue, text };
    },
  };
}

/** Tells whether a text is no JSON, and doesn't begin like an object, array or text in JSON. */
function isBareText(text: string): boolean {
  if (!/^[^\s"{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function checkSyntax(text: string, option: string): void {
  const at = jsonFault(text);
  if (at !== undefined)
    throw queryError({ option, text }, { start: at, end: at + 1 }, "not JSON (text stands in double quotes)");
}

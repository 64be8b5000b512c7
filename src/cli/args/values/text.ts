import type { QueryText } from "../../../query/fields/query-error.ts";
import type { ValueType } from "./value-type.ts";

/** Any text but none. */
export function text(name: string, accepts = "a text"): ValueType<string> {
  return { name, accepts, parse: (given) => (given === "" ? undefined : given) };
}

/** The path of a file. */
export function path(): ValueType<string> {
  return text("FILE", "the path of a file");
}

/**
 * A text in one of the languages of queries: paths of fields, a condition, a list of aggregates or renderers. It keeps the
 * name of its flag, since only the types of a map tell what is wrong with it, and the message then points into it.
 */
export function queryText(name: string, accepts: string): ValueType<QueryText> {
  return { name, accepts, parse: (given, option) => (given === "" ? undefined : { option, text: given }) };
}

/** Paths of fields with commas between: `key.saddr,value.bytes`. */
export function paths(): ValueType<QueryText> {
  return queryText("PATHS", "paths of fields such as key.saddr,value.bytes");
}

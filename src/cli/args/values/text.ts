import type { QueryText } from "../../../query/fields/query-error.ts";
import type { ValueType } from "./value-type.ts";

/** Accepts any text that is not empty. */
export function text(name: string, accepts = "a text"): ValueType<string> {
  return { name, accepts, parse: (given) => (given === "" ? undefined : given) };
}

/** Accepts the path of a file. */
export function path(): ValueType<string> {
  return text("FILE", "the path of a file");
}

/**
 * Accepts a text of the query language: paths of fields, a condition, a list of aggregates or renderers. The value
 * keeps the name of its flag: it is checked against the types of a map later, and messages point into it.
 */
export function queryText(name: string, accepts: string): ValueType<QueryText> {
  return { name, accepts, parse: (given, option) => (given === "" ? undefined : { option, text: given }) };
}

/** Accepts paths of fields separated by commas: `key.saddr,value.bytes`. */
export function paths(): ValueType<QueryText> {
  return queryText("PATHS", "paths of fields such as key.saddr,value.bytes");
}

/** Accepts names of columns separated by commas: `id,name`. */
export function names(): ValueType<QueryText> {
  return queryText("COLUMNS", "names of columns such as id,name");
}

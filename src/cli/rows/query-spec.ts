import type { QueryText } from "../../query/fields/query-error.ts";
import type { QuerySpec } from "../../query/query.ts";
import { QUERY_FLAGS, type QueryFlagName, type QueryOptions } from "../args/query-flags.ts";
import { CommandError } from "../result/command-error.ts";

/** The query that options ask for. Throws USAGE for a number or a word that can't be meant, or for what doesn't go together. */
export function querySpec(options: QueryOptions): QuerySpec {
  for (const { name, choices } of QUERY_FLAGS) if (choices) checkChoice(options, name, choices);
  if (options.top !== undefined && options.sort === undefined) {
    throw usage("--top needs --sort: it keeps the first of an order (--limit takes the first that come)");
  }
  const perCpu = options["per-cpu"] as QuerySpec["perCpu"];
  return {
    ...text(options, "where", "where"),
    ...text(options, "select", "select"),
    ...text(options, "sort", "sort"),
    ...text(options, "group-by", "groupBy"),
    ...text(options, "agg", "aggregates"),
    ...number(options, "top", "top"),
    ...number(options, "limit", "limit"),
    ...number(options, "max-groups", "maxGroups"),
    ...(perCpu === undefined ? {} : { perCpu }),
  };
}

function text(options: QueryOptions, name: QueryFlagName, key: keyof QuerySpec): { [key: string]: QueryText } {
  const value = options[name];
  return value === undefined ? {} : { [key]: { option: `--${name}`, text: value } };
}

function number(options: QueryOptions, name: QueryFlagName, key: keyof QuerySpec): { [key: string]: number } {
  const value = options[name];
  if (value === undefined) return {};
  if (/^\d{1,9}$/.test(value)) return { [key]: Number(value) };
  throw usage(`--${name} takes a whole number of at most 9 digits, got '${value}'`);
}

function checkChoice(options: QueryOptions, name: QueryFlagName, choices: readonly string[]): void {
  const value = options[name];
  if (value === undefined || choices.includes(value)) return;
  throw usage(`--${name} takes ${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}, got '${value}'`);
}

/** A mistake in the command line. */
export function usage(message: string): CommandError {
  return new CommandError("USAGE", message, { error: message });
}

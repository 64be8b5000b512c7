import { uniqueNames } from "../../unique-names.ts";
import { JsonObject } from "./json-reader.ts";
import type { Json } from "./layout-json.ts";

/**
 * The constraints that a person may add to a type in a schema file: bounds, text that isn't empty, a list of values.
 */
export const CONSTRAINT_NAMES = ["minimum", "maximum", "notEmpty", "enum"] as const;

/** Something that a decoded value is not, though the schema says so. */
export interface Violation {
  /** `value.state`. */
  readonly path: string;
  /** `expected at most 65535, got 70000`. */
  readonly problem: string;
}

/** Checks a decoded value, adding what is wrong to the list. */
export type Check = (value: unknown, path: string, into: Violation[]) => void;

/**
 * The constraints of a type and of all its parts as one function, undefined where there are none. Takes JSON that
 * `typeFromJson` has read. Throws SCHEMA_INVALID for a constraint that means nothing to its type.
 */
export function constraintsOf(value: Json | undefined, path: string): Check | undefined {
  const node = new JsonObject(value, path);
  const checks = [...ownChecks(node), ...partChecks(node)];
  if (checks.length === 0) return undefined;
  return (decoded, at, into) => {
    for (const check of checks) check(decoded, at, into);
  };
}

function ownChecks(node: JsonObject): Check[] {
  const kind = node.text("kind");
  const checks: Check[] = [];
  for (const name of ["minimum", "maximum"] as const) {
    if (!node.has(name)) continue;
    if (kind !== "int" && kind !== "float" && kind !== "pointer")
      throw node.error(name, `has no meaning for a ${kind}`);
    checks.push(limit(name, limitOf(node, name)));
  }
  if (node.flag("notEmpty")) {
    if (kind !== "array") throw node.error("notEmpty", `has no meaning for a ${kind}`);
    checks.push(notEmpty);
  }
  if (node.has("enum")) checks.push(oneOf(node.list("enum").map(({ value }) => value)));
  return checks;
}

function limitOf(node: JsonObject, name: string): number | bigint {
  const value = node.value(name);
  return typeof value === "number" && !Number.isInteger(value) ? value : node.integer(name);
}

function limit(name: "minimum" | "maximum", bound: number | bigint): Check {
  return (value, path, into) => {
    if (typeof value !== "number" && typeof value !== "bigint") return;
    if (name === "minimum" ? value >= bound : value <= bound) return;
    into.push({ path, problem: `expected at ${name === "minimum" ? "least" : "most"} ${bound}, got ${value}` });
  };
}

const notEmpty: Check = (value, path, into) => {
  const isEmpty = value === "" || (Array.isArray(value) && value.every((item) => item === 0 || item === 0n));
  if (isEmpty) into.push({ path, problem: "expected something, got nothing" });
};

function oneOf(values: readonly Json[]): Check {
  const allowed = new Set(values.map((value) => String(value)));
  return (value, path, into) => {
    if (allowed.has(String(value))) return;
    into.push({ path, problem: `expected one of ${[...allowed].join(", ")}, got ${String(value)}` });
  };
}

/** The checks of elements and fields, these by the names that decoded values have. */
function partChecks(node: JsonObject): Check[] {
  if (node.value("kind") === "array") return elementChecks(node);
  const fields = fieldNodes(node);
  const names = uniqueNames(fields.map(({ name }) => name));
  return fields.flatMap(({ of, path }, i) => {
    const check = constraintsOf(of, path);
    return check === undefined ? [] : [fieldCheck(names[i] ?? "", check)];
  });
}

/** The fields of a record, in place of an anonymous one its own. */
function fieldNodes(node: JsonObject): { name: string; of: Json | undefined; path: string }[] {
  if (!node.has("fields")) return [];
  return node.list("fields").flatMap(({ value, path }) => {
    const field = new JsonObject(value, path);
    const [name, of, at] = [field.text("name"), field.value("of"), `${path}.of`];
    const inner = name === "" && !field.has("bits") ? new JsonObject(of, at) : undefined;
    if (inner?.has("fields") !== true) return [{ name, of, path: at }];
    // What is wrong with a record is wrong with an anonymous one.
    ownChecks(inner);
    return fieldNodes(inner);
  });
}

function fieldCheck(name: string, check: Check): Check {
  return (value, path, into) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return;
    check((value as Record<string, unknown>)[name], `${path}.${name}`, into);
  };
}

function elementChecks(node: JsonObject): Check[] {
  const check = constraintsOf(node.value("element"), `${node.path}.element`);
  if (check === undefined) return [];
  return [
    (value, path, into) => {
      if (Array.isArray(value)) for (const [i, item] of value.entries()) check(item, `${path}[${i}]`, into);
    },
  ];
}

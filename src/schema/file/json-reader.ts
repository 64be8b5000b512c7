import { EbpfMapError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import type { Json } from "./layout-json.ts";

/** An object of a schema file that is being read, and where it stands: every mistake is told with its place. */
export class JsonObject {
  readonly path: string;
  readonly #fields: Readonly<Record<string, Json>>;

  constructor(value: Json | undefined, path: string) {
    this.path = path;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw schemaError(path, "expected an object");
    this.#fields = value as Readonly<Record<string, Json>>;
  }

  /** Throws for a field of any other name: a typo must not be overlooked. */
  only(...names: readonly string[]): this {
    const other = Object.keys(this.#fields).find((name) => !names.includes(name));
    if (other === undefined) return this;
    const near = nearest(other, names);
    const known = near === undefined ? ` (${names.join(", ")})` : `; did you mean \`${near}\`?`;
    throw schemaError(this.#at(other), `there is no such property here${known}`);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  value(name: string): Json | undefined {
    return this.has(name) ? this.#fields[name] : undefined;
  }

  object(name: string): JsonObject {
    return new JsonObject(this.value(name), this.#at(name));
  }

  text(name: string): string {
    const value = this.value(name);
    if (typeof value === "string") return value;
    throw schemaError(this.#at(name), "expected a string");
  }

  /** A whole number from 0 to `most`. */
  count(name: string, most = 0xffff_ffff): number {
    const value = this.value(name);
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return value;
    throw schemaError(this.#at(name), `expected a whole number from 0 to ${most}`);
  }

  /** An integer of any size: a safe number, or digits. */
  integer(name: string): bigint {
    const found = jsonInteger(this.value(name));
    if (found !== undefined) return found;
    throw schemaError(this.#at(name), "expected an integer (as digits in a string where it is past 2^53)");
  }

  flag(name: string): boolean {
    const value = this.value(name) ?? false;
    if (typeof value === "boolean") return value;
    throw schemaError(this.#at(name), "expected true or false");
  }

  list(name: string): { readonly value: Json; readonly path: string }[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw schemaError(this.#at(name), "expected a list");
    return value.map((item: Json, i: number) => ({ value: item, path: `${this.#at(name)}[${i}]` }));
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value(name));
    if (found !== undefined) return found;
    throw schemaError(this.#at(name), `expected one of ${choices.join(", ")}`);
  }

  error(name: string, problem: string): EbpfMapError {
    return schemaError(this.#at(name), problem);
  }

  #at(name: string): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }
}

/** A safe number or digits as the integer that they stand for. */
export function jsonInteger(value: Json | undefined): bigint | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^-?\d{1,40}$/.test(value) ? BigInt(value) : undefined;
}

/** SCHEMA_INVALID, with the place in the file. */
export function schemaError(path: string, problem: string, cause?: unknown): EbpfMapError {
  const message = `read a schema: ${path === "" ? "the file" : path}: ${problem}`;
  return new EbpfMapError("SCHEMA_INVALID", message, { path }, cause);
}

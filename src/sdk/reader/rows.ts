import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { EntryBatch } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { callError } from "../../reader/read-error.ts";
import { ENOENT } from "../../sys/errno.ts";
import { checkArgument, type OptionCheck } from "../check-options.ts";
import { type EntryFilter, keptEntries } from "../query/read-source.ts";
import type { Project } from "./entries.ts";
import type { EntryCodec } from "./entry-codec.ts";
import { type Spent, timed } from "./meter.ts";
import { type Checked, checkValue, type InvalidEntry, invalidError, type OnInvalid } from "./validate.ts";

/** A key and its value, decoded. */
export interface Entry<K, V> {
  /** The key, as the type of the map and the decode options give it. */
  readonly key: K;
  /** The value; on a per-CPU map an array, with an element for each of `reader.cpus`. */
  readonly value: V;
}

/** The schemas that a program declares for a map's entries, and the treatment of entries that they refuse. */
export interface Checks {
  readonly key: StandardSchemaV1 | undefined;
  readonly value: StandardSchemaV1 | undefined;
  readonly onInvalid: OnInvalid;
  /** Told of every refused entry, unless it is thrown. */
  readonly report: (invalid: InvalidEntry) => void;
}

const IS_KEPT: OptionCheck = {
  expected: "a function that returns true or false",
  accepts: (value) => typeof value === "boolean",
};

/** Stands for an entry that is left out; no decoded value is undefined. */
const LEFT_OUT = undefined;

/** Makes keys, values and entries out of batches; what can't be read or is refused is thrown, or left out. */
export class Rows {
  readonly #map: MapSource;
  readonly #codec: EntryCodec;
  readonly #checks: Checks;
  readonly #spent: Spent | undefined;

  constructor(map: MapSource, codec: EntryCodec, checks: Checks, spent?: Spent) {
    this.#map = map;
    this.#codec = codec;
    this.#checks = checks;
    this.#spent = spent;
  }

  /** True if a schema checks entries. */
  get isChecking(): boolean {
    return this.#checks.key !== undefined || this.#checks.value !== undefined;
  }

  /** The same, adding up the seconds that it takes. */
  timed(spent: Spent): Rows {
    const { key, value, keyBytes } = this.#codec;
    const codec: EntryCodec = {
      key: (batch, i) => timed(spent, "decode", () => key(batch, i)),
      value: (batch, i) => timed(spent, "decode", () => value(batch, i)),
      keyBytes,
    };
    return new Rows(this.#map, codec, this.#checks, spent);
  }

  /**
   * The entries of a batch that the schemas take, in buffers of their own; the batch itself where there are no schemas.
   */
  keep(batch: EntryBatch): EntryBatch {
    if (!this.isChecking) return batch;
    return keptEntries(batch, this.#map, (one, i) => this.#isTaken(one, i));
  }

  /** Tells which entries a condition that is a function wants; undefined for any other condition. */
  wanted(where: unknown): EntryFilter | undefined {
    if (typeof where !== "function") return undefined;
    return (batch, i) => {
      const entry = this.entry(batch, i);
      if (entry === undefined) return false;
      const isKept: unknown = where(entry.key, entry.value);
      // A promise would be taken for no, or for yes, of every entry.
      checkArgument(`read ${this.#map.label}`, "where", isKept, IS_KEPT);
      return isKept === true;
    };
  }

  readonly key: Project<unknown> = (batch, i) => {
    const decoded = this.#codec.key(batch, i);
    const schema = this.#checks.key;
    return schema === undefined ? decoded : this.#checked("key", schema, batch, i, decoded);
  };

  readonly value: Project<unknown> = (batch, i) => {
    if (batch.errnos !== undefined && this.#isAbsent(batch.errnos[i])) return LEFT_OUT;
    return this.#value(batch, i);
  };

  readonly entry: Project<Entry<unknown, unknown>> = (batch, i) => {
    if (batch.errnos !== undefined && this.#isAbsent(batch.errnos[i])) return LEFT_OUT;
    const key = this.key(batch, i);
    if (key === LEFT_OUT) return LEFT_OUT;
    const value = this.#value(batch, i);
    return value === LEFT_OUT ? LEFT_OUT : { key, value };
  };

  #value(batch: EntryBatch, i: number): unknown {
    const decoded = this.#codec.value(batch, i);
    const schema = this.#checks.value;
    return schema === undefined ? decoded : this.#checked("value", schema, batch, i, decoded);
  }

  /** An entry that can't be read has no value that a schema could refuse. */
  #isTaken(batch: EntryBatch, i: number): boolean {
    const isUnread = (batch.errnos?.[i] ?? 0) !== 0;
    return (isUnread ? this.key(batch, i) : this.entry(batch, i)) !== LEFT_OUT;
  }

  /** The entry vanished while it was read, or its slot is empty. Any other errno is thrown as NOT_READABLE. */
  #isAbsent(errno: number | undefined): boolean {
    if (errno === ENOENT) return true;
    if (errno !== undefined && errno !== 0) throw callError("read a value of", this.#map, "lookup", errno);
    return false;
  }

  #checked(side: "key" | "value", schema: StandardSchemaV1, batch: EntryBatch, i: number, decoded: unknown): unknown {
    const check = (): Checked => checkValue(schema, side, decoded);
    const result = this.#spent === undefined ? check() : timed(this.#spent, "validate", check);
    if (result.ok) return result.value;
    const bytes = this.#bytes(side, batch, i);
    const invalid = { map: this.#map.label, side, key: this.#codec.key(batch, i), issues: result.issues, bytes };
    this.#checks.report(invalid);
    if (this.#checks.onInvalid === "throw") throw invalidError(invalid);
    return LEFT_OUT;
  }

  #bytes(side: "key" | "value", batch: EntryBatch, i: number): Uint8Array {
    const { keySize, valueStride } = this.#map.shape;
    return side === "key"
      ? batch.keys.slice(i * keySize, (i + 1) * keySize)
      : batch.values.slice(i * valueStride, (i + 1) * valueStride);
  }
}

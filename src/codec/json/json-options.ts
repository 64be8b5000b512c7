/** The JSON of values that have no obvious form. */
export interface JsonOptions {
  /** Integers of 64 bits or more: digits, or strings for readers that would round them. */
  readonly int64: "digits" | "string";
  /** Enums: the enumerator's name (the number where there is none), always the number, or `{"name":…,"value":…}`. */
  readonly enums: "name" | "number" | "both";
}

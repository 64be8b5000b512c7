/** The formats of our own for entries. */
export const OUTPUT_FORMATS = ["table", "csv", "ndjson", "json", "yaml", "hist"] as const;

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

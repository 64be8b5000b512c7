/** The formats of our own for entries. */
export const OUTPUT_FORMATS = ["table", "csv", "ndjson", "json", "yaml", "hist"] as const;

/** A format of `ebpf-map dump -o` that is text. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

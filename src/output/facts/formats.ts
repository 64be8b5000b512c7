/** The formats of lists of objects. */
export const FACT_FORMATS = ["table", "csv", "ndjson", "json", "yaml"] as const;

export type FactFormat = (typeof FACT_FORMATS)[number];

/** The formats of our own that keep each column together, for programs that read tables. Their bytes are no text. */
export const COLUMN_FORMATS = ["arrow", "parquet"] as const;

export type ColumnFormat = (typeof COLUMN_FORMATS)[number];

/** Tells a format of columns from one of text. */
export function isColumnFormat(format: string): format is ColumnFormat {
  return (COLUMN_FORMATS as readonly string[]).includes(format);
}

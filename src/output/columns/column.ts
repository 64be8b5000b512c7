/**
 * The type of a column, as Arrow and Parquet both know it. It follows from the types of a map alone, never from what is
 * in it, so that files from several hosts and days are one table.
 */
export type ColumnType =
  | { readonly kind: "int"; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: "float"; readonly bits: 32 | 64 }
  | { readonly kind: "bool" }
  /** An integer of up to 126 bits: they all have 38 digits at most. */
  | { readonly kind: "decimal" }
  /** As many bytes each time. */
  | { readonly kind: "bytes"; readonly size: number }
  /** UTF-8, or bytes of any length; `most` bytes at the most, where that is known. */
  | { readonly kind: "text"; readonly isUtf8: boolean; readonly most?: number | undefined }
  /** EnumNames out of a list: what an enum has. */
  | { readonly kind: "names" }
  /** Nanoseconds since 1970, in UTC. */
  | { readonly kind: "time" }
  | { readonly kind: "struct"; readonly fields: readonly Column[] }
  | { readonly kind: "array"; readonly length: number; readonly element: Column }
  | { readonly kind: "list"; readonly element: Column };

/** A column, or a part of one. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** The other facts that are known: the type in C, the unit. */
  readonly notes: ReadonlyMap<string, string>;
}

/** The values that are missing of a column. */
export interface Nulls {
  /** A bit for each value that is there, from the lowest bit of the first byte on. */
  readonly valid: Uint8Array;
  /** The number of those that are missing. */
  readonly count: number;
  /** The number of values with those that are missing. */
  readonly length: number;
}

/** The room for values that are missing: a place among the others, as in Arrow, or none ("dense"), as in Parquet. */
export type Missing = "with-place" | "dense";

/**
 * The values of a column, in buffers as Arrow lays them out: the integers of a bit-map of `nulls`, for instance.
 * `length` counts those that have a place there: where columns are dense, what is missing has none.
 */
export type ColumnData =
  | { readonly kind: "fixed"; readonly bytes: Uint8Array; readonly length: number; readonly nulls?: Nulls | undefined }
  | { readonly kind: "bits"; readonly bits: Uint8Array; readonly length: number; readonly nulls?: Nulls | undefined }
  | {
      readonly kind: "text";
      /** The offsets at which each begins, and the last one ends. */
      readonly offsets: Int32Array;
      readonly bytes: Uint8Array;
      readonly length: number;
      readonly nulls?: Nulls | undefined;
    }
  | {
      readonly kind: "names";
      readonly indexes: Int32Array;
      /** All names that there are; only ever longer between two calls of `clear`. */
      readonly names: readonly string[];
      readonly length: number;
      readonly nulls?: Nulls | undefined;
    }
  | {
      readonly kind: "struct";
      readonly children: readonly ColumnData[];
      readonly length: number;
      readonly nulls?: Nulls | undefined;
    }
  | { readonly kind: "array"; readonly child: ColumnData; readonly length: number; readonly nulls?: Nulls | undefined }
  | {
      readonly kind: "list";
      /** The offsets at which each begins, and the last one ends. */
      readonly offsets: Int32Array;
      readonly child: ColumnData;
      readonly length: number;
      readonly nulls?: Nulls | undefined;
    };

/** Some rows of all columns. */
export interface ColumnTable {
  readonly columns: readonly ColumnData[];
  readonly length: number;
}

/** No notes. */
export const NO_NOTES: ReadonlyMap<string, string> = new Map();

/** The bytes that are reckoned for a text whose length isn't known. */
const TEXT_SIZE = 64;

/** The bytes that a value of a column takes, texts at their longest: what the size of a batch is planned with. */
export function widthOf(type: ColumnType): number {
  switch (type.kind) {
    case "int":
    case "float":
      return type.bits / 8;
    case "bool":
      return 1;
    case "decimal":
      return 16;
    case "bytes":
      return type.size;
    case "text":
      return 4 + (type.most ?? TEXT_SIZE);
    case "names":
      return 4;
    case "time":
      return 8;
    case "struct":
      return type.fields.reduce((sum, field) => sum + widthOf(field.type), 0);
    case "array":
      return type.length * widthOf(type.element.type);
    case "list":
      return 4 + widthOf(type.element.type);
  }
  return type satisfies never;
}

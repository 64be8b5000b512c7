import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import type { Column, ColumnData, ColumnTable, ColumnType } from "../column.ts";
import type { Compression } from "./compression.ts";
import { type Levels, listLevels, optionalLevels, rowLevels } from "./levels.ts";
import { columnPages, type LeafData } from "./pages.ts";
import {
  type FileDescription,
  type LeafType,
  leafType,
  parquetSchema,
  type RowGroup,
  type SchemaElement,
} from "./parquet-schema.ts";

/** The bytes that a file begins and ends with. */
const MAGIC = Buffer.from("PAR1");

/** The place of a column without members in a table, and what Parquet calls it. */
interface Leaf {
  readonly type: LeafType;
  readonly data: LeafData;
  readonly levels: Levels;
  readonly path: readonly string[];
}

/** A state of a file that it can go back to. */
export interface FileMark {
  readonly groups: number;
  readonly rows: number;
}

/** Writes tables as the row groups of a Parquet file. What describes them is kept for the end of the file. */
export class ParquetFile {
  readonly #columns: readonly Column[];
  readonly #schema: SchemaElement[];
  readonly #compression: Compression;
  readonly #put: (bytes: Uint8Array) => void;
  readonly #groups: RowGroup[] = [];
  #rows = 0;
  #offset = 0;

  constructor(columns: readonly Column[], compression: Compression, put: (bytes: Uint8Array) => void) {
    this.#columns = columns;
    this.#schema = parquetSchema(columns);
    this.#compression = compression;
    this.#put = put;
  }

  begin(): void {
    this.#write(MAGIC);
  }

  /** Writes a row group. */
  add(table: ColumnTable): void {
    const start = this.#offset;
    const leaves = this.#columns.flatMap((column, i) => {
      const data = table.columns[i];
      return data === undefined ? [] : leavesOf(column, data, rowLevels(table.length), []);
    });
    const columns = leaves.map((leaf) => this.#chunk(leaf));
    const sizes = columns.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
    this.#groups.push({
      columns,
      total_byte_size: sizes.reduce((sum, size) => sum + size, 0n),
      num_rows: BigInt(table.length),
      total_compressed_size: BigInt(this.#offset - start),
    });
    this.#rows += table.length;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The rows and row groups so far. */
  mark(): FileMark {
    return { groups: this.#groups.length, rows: this.#rows };
  }

  /** Forgets what was added since: its bytes stay, and nothing leads to them. */
  backTo({ groups, rows }: FileMark): void {
    this.#groups.length = groups;
    this.#rows = rows;
  }

  /** Writes the description of the file. */
  end(notes: ReadonlyMap<string, string>, empty: ColumnTable): void {
    // Readers refuse a list of none, since the library can't tell what there would be in it.
    if (this.#groups.length === 0) this.add(empty);
    const writer = new ByteWriter();
    const metadata: FileDescription = {
      version: 2,
      created_by: notes.get("ebpf-map:tool") ?? "ebpf-map",
      schema: this.#schema,
      num_rows: BigInt(this.#rows),
      row_groups: this.#groups,
      key_value_metadata: [...notes].map(([key, value]) => ({ key, value })),
      metadata_length: 0,
    };
    writeMetadata(writer, metadata);
    this.#write(writer.getBytes());
    this.#write(MAGIC);
  }

  #chunk({ type, data, levels, path }: Leaf): RowGroup["columns"][number] {
    const start = this.#offset;
    const pages = columnPages(type, data, levels, this.#compression);
    for (const part of pages.parts) this.#write(part);
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: leafType(type).type,
        encodings: pages.dictionaryBytes > 0 ? ["PLAIN", "RLE", "RLE_DICTIONARY"] : ["PLAIN", "RLE"],
        path_in_schema: [...path],
        codec: pages.codec,
        num_values: BigInt(levels.count),
        total_compressed_size: BigInt(pages.bytes),
        total_uncompressed_size: BigInt(pages.uncompressedBytes),
        data_page_offset: BigInt(start + pages.dictionaryBytes),
        ...(pages.dictionaryBytes > 0 ? { dictionary_page_offset: BigInt(start) } : {}),
      },
    };
  }

  #write(bytes: Uint8Array): void {
    this.#put(bytes);
    this.#offset += bytes.length;
  }
}

/** The columns without members of a column. */
function leavesOf(column: Column, data: ColumnData, around: Levels, above: readonly string[]): Leaf[] {
  const path = [...above, column.name];
  const levels = column.nullable ? optionalLevels(around, data.nulls) : around;
  const { type } = column;
  if (type.kind === "struct" && data.kind === "struct") {
    return type.fields.flatMap((field, i) => {
      const child = data.children[i];
      return child === undefined ? [] : leavesOf(field, child, levels, path);
    });
  }
  if (type.kind === "array" && data.kind === "array") {
    const inner = listLevels(levels, () => type.length);
    return leavesOf(type.element, data.child, inner, [...path, "list"]);
  }
  if (type.kind === "list" && data.kind === "list") {
    const { offsets, child } = data;
    const inner = listLevels(levels, (i) => (offsets[i + 1] as number) - (offsets[i] as number));
    return leavesOf(type.element, child, inner, [...path, "list"]);
  }
  if (isNested(type) || isNestedData(data)) throw new TypeError(`${path.join(".")} has other data than its type`);
  return [{ type, data, levels, path }];
}

type NestedKind = "struct" | "array" | "list";

function isNested(type: ColumnType): type is Extract<ColumnType, { kind: NestedKind }> {
  return type.kind === "struct" || type.kind === "array" || type.kind === "list";
}

function isNestedData(data: ColumnData): data is Extract<ColumnData, { kind: NestedKind }> {
  return data.kind === "struct" || data.kind === "array" || data.kind === "list";
}

import {
  Data,
  DataType,
  RecordBatch,
  type Schema,
  Struct,
  type Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import type { Buffers } from "apache-arrow/data";
import type { ColumnData, ColumnTable, Nulls } from "../column.ts";

/** Makes record batches of tables. Their buffers are those of the table. */
export class RecordBatches {
  readonly schema: Schema;
  /** The names of each dictionary as they were last: the same vector is not written to a stream twice. */
  readonly #names: Map<DataType, { readonly names: readonly string[]; readonly vector: Vector<Utf8> }> = new Map();

  constructor(schema: Schema) {
    this.schema = schema;
  }

  /** `notes`: metadata of the batch. */
  of({ columns, length }: ColumnTable, notes?: ReadonlyMap<string, string>): RecordBatch {
    const children = this.#children(this.schema.fields, columns);
    const data = new Data(new Struct(this.schema.fields), 0, length, 0, {}, children);
    return new RecordBatch(this.schema, data, notes && new Map(notes));
  }

  #children(fields: readonly { readonly type: DataType }[], columns: readonly ColumnData[]): Data[] {
    return fields.flatMap(({ type }, i) => {
      const data = columns[i];
      return data === undefined ? [] : [this.#data(type, data)];
    });
  }

  #data(type: DataType, data: ColumnData): Data {
    const { length, nulls } = data;
    const made = (values?: ArrayBufferView, offsets?: Int32Array, children?: Data[], names?: Vector): Data =>
      new Data(type, 0, length, nulls?.count ?? 0, buffersOf(offsets, values, nulls), children, names);
    switch (data.kind) {
      case "fixed":
        return made(typedArray(type, data.bytes));
      case "bits":
        return made(data.bits);
      case "text":
        return made(data.bytes, data.offsets);
      case "names":
        return made(data.indexes, undefined, undefined, this.#vector(type, data.names));
      case "struct":
        return made(undefined, undefined, this.#children(type.children ?? [], data.children));
      case "array":
        return made(undefined, undefined, this.#children(type.children ?? [], [data.child]));
      case "list":
        return made(undefined, data.offsets, this.#children(type.children ?? [], [data.child]));
    }
    return data satisfies never;
  }

  /** Returns the names as a vector: a new one where there are others, which then takes the place of the one before. */
  #vector(type: DataType, names: readonly string[]): Vector<Utf8> {
    const known = this.#names.get(type);
    if (known !== undefined && isSame(known.names, names)) return known.vector;
    if (!DataType.isDictionary(type)) throw new TypeError("names are a dictionary in Arrow");
    const vector: Vector<Utf8> = vectorFromArray([...names], type.dictionary);
    this.#names.set(type, { names: [...names], vector });
    return vector;
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}

/** The buffers of Arrow: offsets, values, the bits of what is there. */
function buffersOf(
  offsets: Int32Array | undefined,
  values: ArrayBufferView | undefined,
  nulls: Nulls | undefined,
): Partial<Buffers<DataType>> {
  return {
    ...(offsets === undefined ? {} : { 0: offsets }),
    ...(values === undefined ? {} : { 1: values }),
    ...(nulls === undefined ? {} : { 2: nulls.valid }),
  };
}

/** Returns bytes as numbers of the size that a type asks for. */
function typedArray(type: DataType, bytes: Uint8Array): ArrayBufferView {
  const { ArrayType } = type;
  return new ArrayType(bytes.buffer, bytes.byteOffset, bytes.byteLength / ArrayType.BYTES_PER_ELEMENT);
}

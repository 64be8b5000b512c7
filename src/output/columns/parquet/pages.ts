import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import { viewOf } from "../../../bytes.ts";
import type { ColumnData, ColumnType } from "../column.ts";
import { type Compression, compressionFor } from "./compression.ts";
import type { Levels } from "./levels.ts";

/** The pages of a column in one row group. */
export interface ColumnPages {
  /** One behind the other. */
  readonly parts: readonly Uint8Array[];
  /** Bytes of the pages with a dictionary, before those with data; 0 where there are none. */
  readonly dictionaryBytes: number;
  readonly bytes: number;
  /** Before compression. */
  readonly uncompressedBytes: number;
  readonly codec: Compression["codec"];
}

/** Data of columns without members. */
export type LeafData = Exclude<ColumnData, { kind: "struct" | "array" | "list" }>;

/** Makes the pages of a column without members: one with data, and before it one with names where it has some. */
export function columnPages(type: ColumnType, data: LeafData, levels: Levels, compression: Compression): ColumnPages {
  const { dictionary, parts } = encoded(type, data);
  const content = joined([...levelParts(levels), ...parts]);
  const pages = new Pages(compressionFor(content, compression));
  if (dictionary !== undefined) pages.dictionary(dictionary.content, dictionary.count);
  pages.data(content, levels.count, dictionary === undefined ? "PLAIN" : "RLE_DICTIONARY");
  return pages;
}

/** The values of a column: as they are, or as indexes of a dictionary. */
interface Encoded {
  readonly dictionary?: { readonly content: Uint8Array; readonly count: number };
  readonly parts: readonly Uint8Array[];
}

function encoded(type: ColumnType, data: LeafData): Encoded {
  if (data.kind === "names") {
    const { names, indexes } = data;
    const content = textsOf(names.map((name) => Buffer.from(name)));
    return { dictionary: { content, count: names.length }, parts: indexParts(indexes, names.length) };
  }
  if (type.kind === "int" && type.bits === 8 && data.kind === "fixed" && data.length >= MANY) {
    // Plain, each would take four bytes.
    const content = widened(8, type.signed, EVERY_BYTE);
    return { dictionary: { content, count: EVERY_BYTE.length }, parts: byteIndexParts(data.bytes) };
  }
  return { parts: plainParts(type, data) };
}

/** The rows from which on a dictionary of all bytes is worth its place. */
const MANY = 2048;

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, i) => i);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
}

class Pages implements ColumnPages {
  readonly parts: Uint8Array[] = [];
  dictionaryBytes = 0;
  bytes = 0;
  uncompressedBytes = 0;
  readonly #compression: Compression;

  constructor(compression: Compression) {
    this.#compression = compression;
  }

  get codec(): Compression["codec"] {
    return this.#compression.codec;
  }

  dictionary(content: Uint8Array, count: number): void {
    const header = { num_values: count, encoding: "PLAIN" } as const;
    this.#add(content, (sizes) => ({ ...sizes, type: "DICTIONARY_PAGE", dictionary_page_header: header }));
    this.dictionaryBytes = this.bytes;
  }

  data(content: Uint8Array, count: number, encoding: "PLAIN" | "RLE_DICTIONARY"): void {
    const levels = { definition_level_encoding: "RLE", repetition_level_encoding: "RLE" } as const;
    const header = { num_values: count, encoding, ...levels };
    this.#add(content, (sizes) => ({ ...sizes, type: "DATA_PAGE", data_page_header: header }));
  }

  #add(plain: Uint8Array, header: (sizes: PageSizes) => Parameters<typeof writePageHeader>[1]): void {
    const packed = this.#compression.compress(plain);
    const writer = new ByteWriter();
    writePageHeader(writer, header({ uncompressed_page_size: plain.length, compressed_page_size: packed.length }));
    const head = writer.getBytes();
    this.parts.push(head, packed);
    this.bytes += head.length + packed.length;
    this.uncompressedBytes += head.length + plain.length;
  }
}

interface PageSizes {
  readonly uncompressed_page_size: number;
  readonly compressed_page_size: number;
}

/** The levels before the values of a page, each with its length in front. */
function levelParts({ count, depth, lists, definition, repetition }: Levels): Uint8Array[] {
  return [
    ...(lists === 0 ? [] : levelPart(repetition ?? { length: count, level: 0 }, lists)),
    ...(depth === 0 ? [] : levelPart(definition ?? { length: count, level: depth }, depth)),
  ];
}

function levelPart(
  levels: Uint8Array | { readonly length: number; readonly level: number },
  most: number,
): Uint8Array[] {
  const writer = new ByteWriter();
  if (levels instanceof Uint8Array) writeRleBitPackedHybrid(writer, levels, bitsFor(most));
  else if (levels.length > 0) {
    writer.appendVarInt(levels.length << 1);
    writer.appendUint8(levels.level);
  }
  const bytes = writer.getBytes();
  return [uint32(bytes.length), bytes];
}

/** The indexes of names: how many bits each has, and then all of them. */
function indexParts(indexes: Int32Array, names: number): Uint8Array[] {
  const writer = new ByteWriter(Math.max(1024, indexes.length));
  const bits = bitsFor(Math.max(1, names - 1));
  writer.appendUint8(bits);
  writeRleBitPackedHybrid(writer, indexes, bits);
  return [writer.getBytes()];
}

/** Bytes as indexes of 8 bits: one run of as many groups of eight as there are. */
function byteIndexParts(bytes: Uint8Array): Uint8Array[] {
  const writer = new ByteWriter();
  const groups = Math.ceil(bytes.length / 8);
  writer.appendUint8(8);
  if (groups > 0) writer.appendVarInt(groups * 2 + 1);
  return [writer.getBytes(), bytes, new Uint8Array(groups * 8 - bytes.length)];
}

/** The bits that numbers up to `most` take. */
function bitsFor(most: number): number {
  return 32 - Math.clz32(most);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** The values of a page as they are. */
function plainParts(type: ColumnType, data: Exclude<LeafData, { kind: "names" }>): Uint8Array[] {
  switch (data.kind) {
    case "bits":
      return [data.bits];
    case "text":
      return [textParts(data.offsets, data.bytes)];
    case "fixed":
      if (type.kind === "int" && type.bits < 32) return [widened(type.bits, type.signed, data.bytes)];
      return [type.kind === "decimal" ? reversed(data.bytes, 16) : data.bytes];
  }
  return data satisfies never;
}

/** Makes 32 bits of integers with fewer. */
function widened(bits: number, isSigned: boolean, bytes: Uint8Array): Uint8Array {
  const view = viewOf(bytes);
  const size = bits / 8;
  const wide = new Int32Array(bytes.length / size);
  if (size === 1) for (let i = 0; i < wide.length; i++) wide[i] = isSigned ? view.getInt8(i) : (bytes[i] as number);
  else
    for (let i = 0; i < wide.length; i++) wide[i] = isSigned ? view.getInt16(i * 2, true) : view.getUint16(i * 2, true);
  return new Uint8Array(wide.buffer);
}

/** Decimals have their highest byte first. */
function reversed(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += size) {
    for (let i = 0; i < size; i++) out[at + i] = bytes[at + size - 1 - i] as number;
  }
  return out;
}

/** Texts, each with its length in front. */
function textParts(offsets: Int32Array, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 4 * (offsets.length - 1));
  let to = 0;
  for (let i = 0; i + 1 < offsets.length; i++) {
    const start = offsets[i] as number;
    const length = (offsets[i + 1] as number) - start;
    out[to] = length;
    out[to + 1] = length >> 8;
    out[to + 2] = length >> 16;
    out[to + 3] = length >> 24;
    to += 4;
    if (length > 64) out.set(bytes.subarray(start, start + length), to);
    else for (let j = 0; j < length; j++) out[to + j] = bytes[start + j] as number;
    to += length;
  }
  return out;
}

function textsOf(texts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(texts.flatMap((text) => [uint32(text.length), text]));
}

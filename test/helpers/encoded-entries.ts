import { parseBtf } from "../../src/btf/parse.ts";
import { dialectOf } from "../../src/codec/bpftool/dialect.ts";
import { compileEntryEncoder } from "../../src/codec/bpftool/entry-encoder.ts";
import type { EntryFormat } from "../../src/codec/bpftool/entry-program.ts";
import { OutputBuffer } from "../../src/codec/text/output-buffer.ts";
import { entryShape } from "../../src/reader/shape.ts";
import { layoutFromBtf } from "../../src/schema/from-btf.ts";
import { BtfBuilder } from "./btf-builder.ts";

/** An entry in hexadecimal, or with the errno of its value. */
export interface HexEntry {
  readonly key: string;
  readonly value: string;
  readonly errno?: number;
}

export interface EncodeOptions {
  readonly style?: EntryFormat["style"];
  readonly version?: string;
  /** The number of a map type: 5 has a value for each of two CPUs, and 13 holds maps. */
  readonly type?: number;
  readonly capacity?: number;
  readonly depth?: number;
}

/** Encodes entries as bpftool prints them; `make` adds the types of the key, 0 for none, and the value. */
export function encodedEntries(
  make: ((btf: BtfBuilder) => { readonly key: number; readonly value: number }) | undefined,
  entries: readonly HexEntry[],
  options: EncodeOptions = {},
): { text: string; oddities: string[]; found: number } {
  const { style = "json", version = "7.8", type = 1, capacity = 1 << 16, depth = 1 } = options;
  const btf = new BtfBuilder();
  const ids = make?.(btf);
  const source = parseBtf(btf.build());
  const keys = Buffer.from(entries.map(({ key }) => key).join(""), "hex");
  const values = Buffer.from(entries.map(({ value }) => value).join(""), "hex");
  const [keySize, stride] = [keys.length / entries.length, values.length / entries.length];
  const shape = entryShape({ type, keySize, valueSize: type === 5 ? stride / 2 : stride }, 2);
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => parts.push(Buffer.from(bytes)), { capacity });
  const layoutOf = (id: number) => layoutFromBtf(source, id);
  const layouts = ids && { key: ids.key === 0 ? undefined : layoutOf(ids.key), value: layoutOf(ids.value) };
  const format: EntryFormat = { style, dialect: dialectOf(version), shape, layouts, mapOfMaps: type === 13, depth };
  const encoder = compileEntryEncoder(format, out, (errno) => `errno ${errno}`);
  const errnos = Int32Array.from(entries, ({ errno = 0 }) => errno);
  encoder.encode({ count: entries.length, keys, values, errnos });
  out.flush();
  const oddities = encoder.invalidJsonFields().map(({ path }) => path);
  return { text: Buffer.concat(parts).toString("latin1"), oddities, found: encoder.found };
}

import { cText } from "../../../src/btf/c/c-text.ts";
import { loadBtf } from "../../../src/btf/load.ts";
import { type Btf, parseBtf } from "../../../src/btf/parse.ts";
import { alignOf, sizeOf } from "../../../src/btf/resolve.ts";
import { compileValueDecoder, type DecodeOptions } from "../../../src/codec/access/value-decoder.ts";
import { DIALECT_VERSIONS, dialectOf } from "../../../src/codec/bpftool/dialect.ts";
import { compileEntryEncoder } from "../../../src/codec/bpftool/entry-encoder.ts";
import { OutputBuffer } from "../../../src/codec/text/output-buffer.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout } from "../../../src/schema/layout.ts";
import { elfWithBtf } from "../../helpers/elf-builder.ts";
import type { Random } from "../../helpers/random.ts";
import { answered } from "../answered.ts";
import { hostileBtf, someBtf } from "../btf-corpus.ts";
import { mutate } from "../mutate.ts";
import type { Target } from "../target.ts";

/** The largest value that is decoded here, and the most that is printed of one: more would only take longer. */
const MAX_VALUE = 4096;
const MAX_OUTPUT = 1 << 20;

/** BTF out of a kernel, an object file or a snapshot: everything that can be asked of it. */
export const BTF: Target = {
  name: "btf",
  input: hostileBtf,
  run(input) {
    const btf = answered(() => parseBtf(input));
    if (btf === undefined) return false;
    for (let id = 0; id <= Math.min(btf.typeCount, 64); id++) {
      for (const question of [sizeOf, alignOf]) answered(() => question(btf, id));
      answered(() => cText(btf, [{ id, name: "it" }]));
    }
    answered(() => btf.idsByName("__proto__"));
    return true;
  },
};

/** An object file in which the types are looked for. */
export const ELF: Target = {
  name: "elf",
  input(random) {
    const bytes = elfWithBtf(someBtf(random), { wide: random.chance(0.7), littleEndian: random.chance(0.8) });
    return random.chance(0.1) ? bytes : mutate(bytes, random);
  },
  run: (input) => answered(() => loadBtf(input)) !== undefined,
};

/** Layouts of all types of a BTF. */
export const LAYOUT: Target = {
  name: "layout",
  input: hostileBtf,
  run: (input, random) => layoutsOf(input, random.chance(0.2)).length > 0,
};

/** A value of random bytes, printed by its types as each bpftool would. */
export const ENCODER: Target = {
  name: "encoder",
  input: hostileBtf,
  run(input, random) {
    const layouts = layoutsOf(input, false);
    for (const value of layouts.slice(-3)) printed(value, random);
    return layouts.length > 0;
  },
};

/** The same as a JavaScript value. */
export const DECODER: Target = {
  name: "decoder",
  input: hostileBtf,
  run(input, random) {
    const layouts = layoutsOf(input, false);
    for (const layout of layouts.slice(-3)) decoded(layout, random);
    return layouts.length > 0;
  },
};

function layoutsOf(input: Uint8Array, misread: boolean): Layout[] {
  const btf = answered<Btf>(() => parseBtf(input));
  if (btf === undefined) return [];
  const ids = Array.from({ length: Math.min(btf.typeCount, 64) }, (_, id) => id);
  const layouts = ids.map((id) => answered(() => layoutFromBtf(btf, id, { misread })));
  return layouts.filter((layout) => layout !== undefined && layout.size <= MAX_VALUE) as Layout[];
}

function printed(value: Layout, random: Random): void {
  const valueSize = Math.max(1, value.size);
  const cpus = random.chance(0.2) ? 3 : 0;
  const valueStride = cpus === 0 ? valueSize : 3 * Math.ceil(valueSize / 8) * 8;
  let written = 0;
  const drain = (bytes: Uint8Array): void => {
    written += bytes.length;
    if (written > MAX_OUTPUT) throw new EbpfMapError("OUTPUT", "enough");
  };
  const out = new OutputBuffer(drain, { capacity: 1 << 14 });
  const format = {
    style: random.pick(["plain", "json", "pretty"] as const),
    dialect: dialectOf(random.pick(DIALECT_VERSIONS)),
    shape: { keySize: 4, valueSize, cpus, valueStride },
    layouts: { key: undefined, value },
    mapOfMaps: false,
    depth: 1,
  };
  answered(() => {
    const encoder = compileEntryEncoder(format, out, () => "error");
    const entry = { count: 2, keys: random.bytes(8), values: random.bytes(2 * valueStride), errnos: undefined };
    encoder.encode(entry);
    out.flush();
    encoder.invalidJsonFields();
  });
}

function decoded(layout: Layout, random: Random): void {
  const options: DecodeOptions = {
    int64: random.pick(["bigint", "number", "string"]),
    enums: random.pick(["name", "number", "both"]),
    chars: random.pick(["bpftool", "text", "bytes"]),
  };
  // The bytes of the value and not one more: a read behind it throws.
  const bytes = random.bytes(layout.size);
  answered(() => compileValueDecoder(layout, options)(bytes, new DataView(bytes.buffer), 0));
  if (Object.getPrototypeOf({}) !== Object.prototype || "polluted" in {}) throw new Error("a prototype was changed");
}

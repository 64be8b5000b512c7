import type { EntryShape } from "../../reader/entries.ts";
import type { EntryLayouts } from "../access/entry-layouts.ts";
import type { Operand } from "../access/operand.ts";
import { CodeWriter } from "../text/code-writer.ts";
import { decimalCall } from "../text/number-code.ts";
import type { Dialect } from "./dialect.ts";
import type { DialectCompiler, StopCondition } from "./dialect-compiler.ts";

/** All that decides what an entry looks like. */
export interface EntryFormat {
  /**
   * plain: decoded when there are layouts, else bpftool's hex columns. json, pretty: bytes, and decoded if possible.
   */
  readonly style: "plain" | "json" | "pretty";
  readonly dialect: Dialect;
  readonly shape: EntryShape;
  readonly layouts: EntryLayouts | undefined;
  /** The map holds maps: bpftool shows the inner map's id. */
  readonly mapOfMaps: boolean;
  /** Brackets open around an entry: 1 in an ordinary dump, 0 for a lookup, 3 in a dump of several maps. */
  readonly depth: number;
}

const KEY: Operand = { bytes: "kb", view: "kd", base: "k", offset: 0 };
const VALUE: Operand = { bytes: "vb", view: "vd", base: "v", offset: 0 };

/**
 * Emits one entry: the key at `k` of `kb` (view `kd`), the value or its first CPU's slot at `v` of `vb` (view `vd`).
 */
export function entryCode(code: CodeWriter, compiler: DialectCompiler, format: EntryFormat): void {
  if (format.style !== "plain") jsonEntry(code, compiler, format);
  else if (format.layouts !== undefined) decodedEntry(code, compiler, format, format.layouts, format.depth);
  else hexEntry(code, format);
}

/** `{"key":["0x01"],"value":["0x02"],"formatted":{…}}`, or with `"values":[{"cpu":0,"value":[…]},…]`. */
function jsonEntry(code: CodeWriter, compiler: DialectCompiler, format: EntryFormat): void {
  const { shape, depth, layouts } = format;
  code.literal("{");
  code.literal(compiler.name("key", depth + 1, true));
  hexArray(code, compiler, KEY, shape.keySize, depth + 1);
  valueOrCpus(code, compiler, shape, depth + 1, false, (part, operand, inner) => {
    hexArray(part, compiler, operand, shape.valueSize, inner);
    return "no";
  });
  if (format.mapOfMaps && format.dialect.showsInnerMapId) {
    code.literal(compiler.name("inner_map_id", depth + 1, false));
    code.advance(decimalCall(VALUE, 32, false), 64);
  }
  if (layouts !== undefined) {
    code.literal(compiler.name("formatted", depth + 1, false));
    decodedEntry(code, compiler, format, layouts, depth + 1);
  }
  code.literal(`${compiler.lineAt(depth)}}`);
}

/** `{"key":…,"value":…}` by the types. Behind a key that can't be printed there is no value at all. */
function decodedEntry(
  code: CodeWriter,
  compiler: DialectCompiler,
  { shape }: EntryFormat,
  layouts: EntryLayouts,
  depth: number,
): void {
  code.literal("{");
  let stop: StopCondition = "no";
  if (layouts.key !== undefined) {
    code.literal(compiler.name("key", depth + 1, true));
    stop = compiler.value(code, layouts.key, KEY, depth + 1, "key");
  }
  if (stop === "maybe") code.statement("if (!s.stopped) {");
  if (stop !== "yes") {
    valueOrCpus(code, compiler, shape, depth + 1, layouts.key === undefined, (part, operand, inner) =>
      compiler.value(part, layouts.value, operand, inner, "value"),
    );
  }
  if (stop === "maybe") {
    code.statement("}");
    code.checkNow();
  }
  code.literal(`${compiler.lineAt(depth)}}`);
}

/** `"value":…`, or a loop over the possible CPUs that ends after one whose value was cut short. */
function valueOrCpus(
  code: CodeWriter,
  compiler: DialectCompiler,
  { cpus, valueStride }: EntryShape,
  depth: number,
  first: boolean,
  emit: (code: CodeWriter, operand: Operand, depth: number) => StopCondition,
): void {
  code.literal(compiler.name(cpus > 0 ? "values" : "value", depth, first));
  if (cpus === 0) {
    emit(code, VALUE, depth);
    return;
  }
  const body = new CodeWriter();
  body.literal("{");
  body.literal(compiler.name("cpu", depth + 2, true));
  body.advance("u32(@, cpu)", 64);
  body.literal(compiler.name("value", depth + 2, false));
  const stop = emit(body, { ...VALUE, base: "c" }, depth + 2);
  body.literal(`${compiler.lineAt(depth + 1)}}`);
  code.literal("[");
  forEachCpu(code, stop === "yes" ? 1 : cpus, valueStride / cpus, () => {
    code.statement("if (cpu !== 0) b[p++] = 44;");
    code.statement(body.source);
    if (stop === "maybe") code.statement("if (s.stopped) break;");
  });
  code.literal(`${compiler.lineAt(depth)}]`);
}

function forEachCpu(code: CodeWriter, cpus: number, slot: number, emit: () => void): void {
  code.statement(`for (let cpu = 0, c = v; cpu < ${cpus}; cpu++, c += ${slot}) {`);
  code.checkNow();
  emit();
  code.statement("}");
  code.checkNow();
}

/** bpftool's columns for maps without BTF. Line breaks depend on the sizes alone, so they are constants. */
function hexEntry(code: CodeWriter, { shape, mapOfMaps, dialect }: EntryFormat): void {
  const { keySize, valueSize, cpus, valueStride } = shape;
  if (cpus > 0) {
    if (keySize > 0) {
      code.literal("key:\n");
      hexBytes(code, "hexPlain", KEY, keySize, 4);
      code.literal("\n");
    }
    if (valueSize === 0) return;
    forEachCpu(code, cpus, valueStride / cpus, () => {
      code.literal("value (CPU ");
      code.statement("if (cpu < 10) b[p++] = 48;");
      code.advance("u32(@, cpu)", 64);
      code.literal(`):${valueSize > 16 ? "\n" : " "}`);
      hexBytes(code, "hexPlain", { ...VALUE, base: "c" }, valueSize, 4);
      code.literal("\n");
    });
    return;
  }
  const { breakNames, singleLine } = plainBreaks(keySize, valueSize);
  const space = breakNames ? "\n" : " ";
  if (keySize > 0) {
    code.literal(`key:${space}`);
    hexBytes(code, "hexPlain", KEY, keySize, 4);
    code.literal(singleLine ? "  " : "\n");
  }
  if (mapOfMaps && dialect.showsInnerMapId) {
    code.literal(`inner_map_id:${space}`);
    code.advance(decimalCall(VALUE, 32, false), 64);
    code.literal(" ");
  } else if (valueSize > 0) {
    code.literal(`value:${space}`);
    hexBytes(code, "hexPlain", VALUE, valueSize, 4);
  }
  code.literal("\n");
}

/** Tells where bpftool breaks lines in its hex columns, by the sizes of key and value. */
export function plainBreaks(keySize: number, valueSize: number): { breakNames: boolean; singleLine: boolean } {
  const breakNames = keySize > 16 || valueSize > 16;
  return { breakNames, singleLine: !breakNames && keySize + valueSize <= 24 };
}

function hexArray(code: CodeWriter, compiler: DialectCompiler, operand: Operand, length: number, depth: number): void {
  code.literal("[");
  hexBytes(code, "hexJson", operand, length, 7);
  code.literal(length > 0 ? `${compiler.lineAt(depth)}]` : "]");
}

/** `width` characters a byte at most. The helper looks at the limit by itself behind the first 1024 bytes. */
function hexBytes(
  code: CodeWriter,
  helper: "hexJson" | "hexPlain",
  operand: Operand,
  length: number,
  width: number,
): void {
  if (length === 0) return;
  code.advance(`${helper}(@, ${operand.bytes}, ${operand.base}, ${length})`, Math.min(length, 1024) * width);
}

import type { EntryShape } from "../../reader/entries.ts";
import type { EntryLayouts } from "../access/entry-layouts.ts";
import * as Op from "../text/ops.ts";
import type { ReadLocation, Routine } from "../text/program.ts";
import type { Dialect } from "./dialect.ts";
import { type DialectCompiler, loop, type StopCondition } from "./dialect-program.ts";

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

/** The first slot that is free: the two before it begin at the key and the value. */
const FREE_SLOT = 2;

/** Emits one entry. */
export function emitEntry(code: Routine, compiler: DialectCompiler, format: EntryFormat): void {
  if (format.style !== "plain") jsonEntry(code, compiler, format);
  else if (format.layouts !== undefined) decodedEntry(code, compiler, format, format.layouts, format.depth);
  else hexEntry(code, format);
  code.op(Op.END);
}

/** `{"key":["0x01"],"value":["0x02"],"formatted":{…}}`, or with `"values":[{"cpu":0,"value":[…]},…]`. */
function jsonEntry(code: Routine, compiler: DialectCompiler, format: EntryFormat): void {
  const { shape, depth, layouts } = format;
  code.literal("{");
  code.literal(compiler.name("key", depth + 1, true));
  hexArray(code, compiler, keyLocation(shape), shape.keySize, depth + 1);
  valueOrCpus(code, compiler, shape, depth + 1, false, (place, _slots, inner) => {
    hexArray(code, compiler, place, shape.valueSize, inner);
    return "no";
  });
  if (format.mapOfMaps && format.dialect.showsInnerMapId) {
    code.literal(compiler.name("inner_map_id", depth + 1, false));
    code.op(Op.U32, valueLocation(shape));
  }
  if (layouts !== undefined) {
    code.literal(compiler.name("formatted", depth + 1, false));
    decodedEntry(code, compiler, format, layouts, depth + 1);
  }
  code.literal(`${compiler.lineAt(depth)}}`);
}

/** `{"key":…,"value":…}` by the types. Behind a key that can't be printed there is no value at all. */
function decodedEntry(
  code: Routine,
  compiler: DialectCompiler,
  { shape }: EntryFormat,
  { key, value }: EntryLayouts,
  depth: number,
): void {
  code.literal("{");
  let stop: StopCondition = "no";
  if (key !== undefined) {
    code.literal(compiler.name("key", depth + 1, true));
    stop = compiler.value(code, key, keyLocation(shape), { slots: FREE_SLOT, depth: depth + 1, path: "key" });
  }
  const skip = stop === "maybe" ? code.op(Op.IF_STOPPED) : undefined;
  if (stop !== "yes") {
    valueOrCpus(code, compiler, shape, depth + 1, key === undefined, (place, slots, inner) =>
      compiler.value(code, value, place, { slots, depth: inner, path: "value" }),
    );
  }
  if (skip !== undefined) code.jump(skip, code.here());
  code.literal(`${compiler.lineAt(depth)}}`);
}

/** `"value":…`, or a loop over the possible CPUs that ends after one whose value was cut short. */
function valueOrCpus(
  code: Routine,
  compiler: DialectCompiler,
  shape: EntryShape,
  depth: number,
  first: boolean,
  emit: (place: ReadLocation, slots: number, depth: number) => StopCondition,
): void {
  const { cpus } = shape;
  code.literal(compiler.name(cpus > 0 ? "values" : "value", depth, first));
  if (cpus === 0) {
    emit(valueLocation(shape), FREE_SLOT, depth);
    return;
  }
  code.literal("[");
  loop(code, valueLocation(shape), cpuSlots(shape), (place) => {
    code.literal("{");
    code.literal(compiler.name("cpu", depth + 2, true));
    code.op(Op.TURN, place, cpus);
    code.literal(compiler.name("value", depth + 2, false));
    const stop = emit(place, FREE_SLOT + 1, depth + 2);
    code.literal(`${compiler.lineAt(depth + 1)}}`);
    return stop;
  });
  code.literal(`${compiler.lineAt(depth)}]`);
}

/** bpftool's columns for maps without BTF. Line breaks depend on the sizes alone, so they are constants. */
function hexEntry(code: Routine, { shape, mapOfMaps, dialect }: EntryFormat): void {
  const { keySize, valueSize, cpus } = shape;
  if (cpus > 0) {
    hexCpus(code, shape);
    return;
  }
  const { breakNames, singleLine } = plainBreaks(keySize, valueSize);
  const space = breakNames ? "\n" : " ";
  if (keySize > 0) {
    code.literal(`key:${space}`);
    code.op(Op.HEX_PLAIN, keyLocation(shape), keySize);
    code.literal(singleLine ? "  " : "\n");
  }
  if (mapOfMaps && dialect.showsInnerMapId) {
    code.literal(`inner_map_id:${space}`);
    code.op(Op.U32, valueLocation(shape));
    code.literal(" ");
  } else if (valueSize > 0) {
    code.literal(`value:${space}`);
    code.op(Op.HEX_PLAIN, valueLocation(shape), valueSize);
  }
  code.literal("\n");
}

function hexCpus(code: Routine, shape: EntryShape): void {
  const { keySize, valueSize, cpus } = shape;
  if (keySize > 0) {
    code.literal("key:\n");
    code.op(Op.HEX_PLAIN, keyLocation(shape), keySize);
    code.literal("\n");
  }
  if (valueSize === 0) return;
  const { slot, stride, turns } = cpuSlots(shape);
  code.loop(valueLocation(shape), slot, turns, stride);
  const top = code.here();
  const place: ReadLocation = { slot, offset: 0, end: stride };
  code.literal("value (CPU ");
  code.op(Op.TURN_2, place, cpus);
  code.literal(`):${valueSize > 16 ? "\n" : " "}`);
  code.op(Op.HEX_PLAIN, place, valueSize);
  code.literal("\n");
  code.next(Op.NEXT_LINE, slot, stride, top);
}

/** Tells where bpftool breaks lines in its hex columns, by the sizes of key and value. */
export function plainBreaks(keySize: number, valueSize: number): { breakNames: boolean; singleLine: boolean } {
  const breakNames = keySize > 16 || valueSize > 16;
  return { breakNames, singleLine: !breakNames && keySize + valueSize <= 24 };
}

function hexArray(code: Routine, compiler: DialectCompiler, place: ReadLocation, length: number, depth: number): void {
  code.literal("[");
  if (length > 0) code.op(Op.HEX_JSON, place, length);
  code.literal(length > 0 ? `${compiler.lineAt(depth)}]` : "]");
}

function keyLocation({ keySize }: EntryShape): ReadLocation {
  return { slot: 0, offset: 0, end: keySize };
}

function valueLocation({ valueStride }: EntryShape): ReadLocation {
  return { slot: 1, offset: 0, end: valueStride };
}

/** Returns the loop over the values of CPUs. */
function cpuSlots({ cpus, valueStride }: EntryShape): { slot: number; turns: number; size: number; stride: number } {
  return { slot: FREE_SLOT, turns: cpus, size: valueStride / cpus, stride: valueStride / cpus };
}

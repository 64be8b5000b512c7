import type { FieldLayout, Layout, RecordLayout } from "../schema/layout.ts";

/**
 * The CPU and the time of an event of a perf event array, as the key of an entry whose value is the event: a u32
 * `cpu` at 0, and at 8 a u64 `time_ns`, by CLOCK_MONOTONIC. Events of ring buffers have no key.
 */
export const EVENT_KEY_SIZE = 16;

export const EVENT_KEY_TIME = 8;

export const EVENT_KEY: RecordLayout = {
  kind: "struct",
  size: EVENT_KEY_SIZE,
  fields: [field("cpu", 0, 32), field("time_ns", EVENT_KEY_TIME * 8, 64)],
  typeName: "event key",
  tagged: false,
};

function field(name: string, bitOffset: number, bits: number): FieldLayout {
  return { name, bitOffset, bitfieldBits: 0, layout: unsigned(bits) };
}

function unsigned(bits: number): Layout {
  const typeName = `u${bits}`;
  return {
    kind: "int",
    size: bits / 8,
    encoding: "unsigned",
    bits,
    bitOffset: 0,
    isChar: false,
    typeName,
    tagged: false,
  };
}

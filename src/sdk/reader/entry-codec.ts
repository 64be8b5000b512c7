import { roundUp8 } from "../../bytes.ts";
import type { EntryLayouts } from "../../codec/access/entry-layouts.ts";
import {
  compileValueDecoder,
  type DecodedValue,
  type DecodeOptions,
  type ValueDecoder,
} from "../../codec/access/value-decoder.ts";
import { compileKeyEncoder, type KeyEncoder } from "../../codec/keys/key-encoder.ts";
import { EbpfMapError } from "../../errors.ts";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";

/** Both ways between the bytes of a map's entries and JavaScript values. */
export interface EntryCodec {
  key(batch: EntryBatch, i: number): DecodedValue;
  value(batch: EntryBatch, i: number): DecodedValue;
  /** A key's bytes, `keySize` of them. Takes what `key` gives, and the bytes themselves. Throws KEY_INVALID. */
  keyBytes(key: unknown): Uint8Array;
}

/** Decodes a key or a value: `at` is the offset of the key, or of one value of one CPU. */
export type KeyOrValueDecoder = (bytes: Uint8Array, view: DataView, at: number) => DecodedValue;

/** The parts of a codec: generated code brings its own. */
export interface KeyValueCodecs {
  readonly key: KeyOrValueDecoder;
  /** One value: of a per-CPU map that of one CPU. */
  readonly value: KeyOrValueDecoder;
  /** The values of all CPUs, which begin at `at`; a list of what `value` gives unless it is there. */
  readonly cpus?: KeyOrValueDecoder | undefined;
  readonly encodeKey: KeyEncoder;
}

/** Decoders for the layouts that are known; bytes for a key or value without one. */
export function layoutCodecs(
  layouts: EntryLayouts | undefined,
  { keySize, valueSize }: EntryShape,
  options: DecodeOptions,
): KeyValueCodecs {
  const { key, value } = layouts ?? { key: undefined, value: undefined };
  return {
    key: key === undefined ? rawDecoder(keySize) : compileValueDecoder(key, options),
    value: value === undefined ? rawDecoder(valueSize) : compileValueDecoder(value, options),
    encodeKey: key === undefined ? refuseTyped(keySize) : compileKeyEncoder(key),
  };
}

/** The codec of a map with entries of this shape. */
export function entryCodec(entryTypes: KeyValueCodecs, shape: EntryShape): EntryCodec {
  const { keySize, valueStride } = shape;
  const key = viewing(entryTypes.key);
  const value = viewing(entryTypes.cpus ?? (shape.cpus === 0 ? entryTypes.value : eachCpu(entryTypes.value, shape)));
  return {
    key: (batch, i) => key(batch.keys, i * keySize),
    value: (batch, i) => value(batch.values, i * valueStride),
    keyBytes: (given) => wholeKey(given, entryTypes.encodeKey, keySize),
  };
}

/** Makes the DataView that decoders want, once for each buffer: a source has one for all of its batches. */
function viewing(decode: KeyOrValueDecoder): (bytes: Uint8Array, at: number) => DecodedValue {
  let bytes: Uint8Array | undefined;
  let view: DataView = new DataView(new ArrayBuffer(0));
  return (from, at) => {
    if (from !== bytes) {
      bytes = from;
      view = new DataView(from.buffer, from.byteOffset, from.byteLength);
    }
    return decode(from, view, at);
  };
}

function eachCpu(decode: ValueDecoder, { valueSize, cpus }: EntryShape): KeyOrValueDecoder {
  const slot = roundUp8(valueSize);
  return (bytes, view, at) => Array.from({ length: cpus }, (_, cpu) => decode(bytes, view, at + cpu * slot));
}

function rawDecoder(size: number): KeyOrValueDecoder {
  return (bytes, _, at) => bytes.slice(at, at + size);
}

/** A type may have fewer bytes than the map's keys: the rest is zero. */
function wholeKey(given: unknown, encode: KeyEncoder, keySize: number): Uint8Array {
  const bytes = new Uint8Array(new ArrayBuffer(keySize));
  bytes.set(given instanceof Uint8Array && given.length === keySize ? given : encode(given));
  return bytes;
}

function refuseTyped(keySize: number): KeyEncoder {
  return (given) => {
    const got = given instanceof Uint8Array ? `${given.length} bytes` : `a ${typeof given}`;
    const message = `encode key: expected a Uint8Array of ${keySize} bytes (the map has no key type), got ${got}`;
    throw new EbpfMapError("KEY_INVALID", message, { path: "key", expected: `${keySize} bytes`, got });
  };
}

/**
 * The runtime of files that `ebpf-map generate` wrote. It changes only together with its version, which they check.
 *
 * @module
 */
import { bits } from "../codec/access/bits.ts";
import { charsConverter, type DecodedValue, type DecodeOptions } from "../codec/access/value-decoder.ts";
import type { KeyEncoder } from "../codec/keys/key-encoder.ts";
import type { BitRange, Target, Writer } from "../codec/keys/scalar-writer.ts";
import { namedWriter } from "../codec/keys/scalar-writer.ts";
import { inside, TypeMismatch } from "../codec/keys/type-mismatch.ts";
import { EbpfMapError } from "../errors.ts";
import type { LiveHandle, MapHandle } from "../sdk/handle.ts";
import type { KeyOrValueDecoder } from "../sdk/reader/entry-codec.ts";
import { openReader } from "../sdk/reader/make-reader.ts";
import type { PerCpu } from "../sdk/reader/per-cpu.ts";
import type { Reader } from "../sdk/reader/reader.ts";
import type { InvalidOptions, ReaderBase, ReaderOptions } from "../sdk/reader/reader-options.ts";
import { checkRuntime } from "./check-runtime.ts";

export { listWriter } from "../codec/keys/list-writer.ts";
export { boolWriter, floatWriter, integerWriter, type Target, type Writer } from "../codec/keys/scalar-writer.ts";
export type { FileHandle, LiveHandle } from "../sdk/handle.ts";
export type { EventStream, TaggedEvent } from "../sdk/open-stream.ts";
export type { PerCpu } from "../sdk/reader/per-cpu.ts";
export type { Reader } from "../sdk/reader/reader.ts";
export { RUNTIME_VERSION } from "./runtime-version.ts";
export { type GeneratedStream, openGeneratedStream, type PerfOptions, type RingOptions } from "./stream-runtime.ts";

/** Decodes the value that begins at byte `at`; `view` is a DataView of the same bytes. */
export type Decode<T> = (bytes: Uint8Array, view: DataView, at: number) => T;

/** The parts of a generated file that a reader needs; `V` is one value, of a per-CPU map that of one CPU. */
export interface GeneratedCodec<K, V> {
  /** The version of the runtime that the file is for. */
  readonly runtime: number;
  /** The fingerprint of the layout that the file was generated for. */
  readonly fingerprint: string;
  /** The map has a value for each CPU. */
  readonly perCpu: boolean;
  /** Decodes the key that begins at an offset; undefined for a map without keys. */
  readonly decodeKey: Decode<K> | undefined;
  /** Decodes the value that begins at an offset. */
  readonly decodeValue: Decode<V>;
  /** Encodes a key, for lookups; undefined for a map without keys. */
  readonly encodeKey: ((key: K) => Uint8Array) | undefined;
  /**
   * Bytes of keys and values, of a file for a kind of map whose types the kernel doesn't keep: a map without types is
   * compared by them. Undefined: it is refused.
   */
  readonly sizes?:
    | {
        /** Bytes of a key. */
        readonly key: number;
        /** Bytes of a value, of one CPU. */
        readonly value: number;
      }
    | undefined;
}

/**
 * Options of the function that opens a map by a generated file. Its code decodes in one way, so there are no decode
 * options; `P` is what `perCpu` may be, which decides the type of the values: nothing for a map that isn't per-CPU.
 */
export type GeneratedOptions<K, V, P extends PerCpu | undefined = undefined> = Omit<
  ReaderBase<K, V>,
  keyof DecodeOptions | "perCpu"
> &
  InvalidOptions & { readonly [Name in keyof DecodeOptions]?: undefined } & PerCpuOption<P>;

/** The option must be there where it changes the type of the values. */
type PerCpuOption<P> = P extends undefined | "each" ? { readonly perCpu?: P } : { readonly perCpu: P };

const readText = charsConverter("bpftool");

/**
 * Returns the text of an array of `length` chars at byte `at` of `bytes` by bpftool's rule; undefined unless a NUL
 * follows printable ASCII. Throws nothing.
 */
export function charText(bytes: Uint8Array, at: number, length: number): string | undefined {
  return readText(bytes, at, length) as string | undefined;
}

/**
 * Reads an integer of `width` bits, 53 at most, that begins at bit `shift` (0 to 7) of byte `at` of `bytes`: two's
 * complement if it is `signed`. Throws nothing for bytes that are there.
 */
export function smallBits(bytes: Uint8Array, at: number, shift: number, width: number, signed: boolean): number {
  return bits(bytes, at, shift, width, signed) as number;
}

/**
 * Reads an integer of `width` bits, more than 53, that begins at bit `shift` (0 to 7) of byte `at` of `bytes`: two's
 * complement if it is `signed`. Throws nothing for bytes that are there.
 */
export function bigBits(bytes: Uint8Array, at: number, shift: number, width: number, signed: boolean): bigint {
  return bits(bytes, at, shift, width, signed) as bigint;
}

/** Returns the names of an enum by their values; of several with one value, the first. Throws nothing. */
export function enumNames<const E extends Readonly<Record<string, number | bigint>>>(
  values: E,
): ReadonlyMap<number | bigint, keyof E> {
  const names = new Map<number | bigint, keyof E>();
  for (const [name, value] of Object.entries(values)) if (!names.has(value)) names.set(value, name);
  return names;
}

/**
 * Returns the one of the `names` that a `value` has, or the number if it has none: a bigint only past 2^53. Throws
 * nothing.
 */
export function enumValue<N extends PropertyKey, V extends number | bigint>(
  names: ReadonlyMap<number | bigint, N>,
  value: V,
): N | V | number {
  const number = typeof value === "number" || !Number.isSafeInteger(Number(value)) ? value : Number(value);
  return names.get(number) ?? number;
}

/**
 * Returns the writer of an enum of type `typeName`, whose values may be given as names or as numbers, at `place`, as
 * two's complement if it is `signed`. The writer throws for a name that isn't in `values`, and for a number that the
 * bits can't hold, which `keyEncoder` makes KEY_INVALID.
 */
export function enumeratorWriter(
  typeName: string,
  values: Readonly<Record<string, number | bigint>>,
  place: BitRange,
  signed: boolean,
): Writer {
  const numbers = new Map(Object.entries(values).map(([name, value]) => [name, BigInt(value)]));
  return namedWriter(typeName, numbers, place, signed);
}

/**
 * Writes the `value` of a field of a record with `write` at byte `at` of `to`. What `write` throws about the value gets
 * `part`, the field's name, before its path.
 */
export function putField(part: string, write: Writer, to: Target, at: number, value: unknown): void {
  inside(part, () => write(to, at, value));
}

/**
 * Returns `value` as the object that the fields of a record of type `typeName` are taken from. Throws if it is none
 * (KEY_INVALID in `keyEncoder`).
 */
export function objectOf(value: unknown, typeName: string): object {
  if (typeof value === "object" && value !== null) return value;
  throw new TypeMismatch(typeName, { kind: "object", names: undefined }, value);
}

/**
 * Returns an encoder of keys of `size` bytes that uses a writer. The encoder throws KEY_INVALID for a key that doesn't
 * fit.
 */
export function keyEncoder<K>(size: number, write: Writer): (key: K) => Uint8Array {
  return (key) => {
    const bytes = new Uint8Array(new ArrayBuffer(size));
    try {
      write({ bytes, written: new Uint8Array(size) }, 0, key);
      return bytes;
    } catch (error) {
      throw error instanceof TypeMismatch ? error.asError("key") : error;
    }
  };
}

/**
 * Opens the map of a `handle` that has the layout of a generated file, at once, or a snapshot as a promise, and reads
 * it by that file's code, the `codec`. `One` is the type of one value, `V` that of what the reader gives: a list or an
 * aggregate for a per-CPU map. Throws SCHEMA_MISMATCH with both fingerprints for a map of another layout or kind, or a
 * file for another runtime; USAGE for a decode option, which that code can't heed; and what `openMap` throws.
 */
export function openGenerated<K, One, V = One>(
  codec: GeneratedCodec<K, One>,
  handle: LiveHandle,
  options: GeneratedOptions<K, V, PerCpu | undefined>,
): Reader<K, V>;
/** Opens a map of the kernel at once, or a snapshot as a promise. */
export function openGenerated<K, One, V = One>(
  codec: GeneratedCodec<K, One>,
  handle: MapHandle,
  options: GeneratedOptions<K, V, PerCpu | undefined>,
): Reader<K, V> | Promise<Reader<K, V>>;
export function openGenerated<K, One, V = One>(
  codec: GeneratedCodec<K, One>,
  handle: MapHandle,
  options: GeneratedOptions<K, V, PerCpu | undefined>,
): Reader<K, V> | Promise<Reader<K, V>> {
  checkRuntime("open a map", codec.runtime);
  const { int64, enums, chars, perCpu, ...others } = options;
  const ignored = Object.entries({ int64, enums, chars }).find(([, value]) => value !== undefined);
  if (ignored !== undefined) {
    throw new EbpfMapError(
      "USAGE",
      `open a map by a generated file: it decodes in one way, so there is no option ${ignored[0]} (openMap has it)`,
    );
  }
  const reading: ReaderOptions<K, V> = perCpu === undefined ? others : { ...others, perCpu };
  return openReader<K, V>(handle, reading, (map, schema) => {
    if (codec.sizes !== undefined && !schema.isTyped) checkSizes(map.label, codec.sizes, map.info);
    else checkFingerprint(map.label, codec.fingerprint, schema.fingerprint);
    checkPerCpu(map.label, codec.perCpu, map.shape.cpus > 0);
    const { keySize } = map.shape;
    return {
      key: (codec.decodeKey as KeyOrValueDecoder | undefined) ?? ((bytes, _, at) => bytes.slice(at, at + keySize)),
      value: codec.decodeValue as Decode<unknown> as Decode<DecodedValue>,
      encodeKey: codec.encodeKey as KeyEncoder,
    };
  });
}

/**
 * Reads the variables of a section of global data, which are the only value of its map, by a `handle` of that map and
 * the `codec` of a generated file: returns those of the kernel at once, those of a snapshot as a promise. Throws what
 * `openGenerated` and reading throw, and INCOMPLETE if there are none. The map is closed again.
 */
export function readGlobals<K, V>(codec: GeneratedCodec<K, V>, handle: LiveHandle, options: GeneratedOptions<K, V>): V;
/** Reads the variables of the kernel at once, those of a snapshot as a promise. */
export function readGlobals<K, V>(
  codec: GeneratedCodec<K, V>,
  handle: MapHandle,
  options: GeneratedOptions<K, V>,
): V | Promise<V>;
export function readGlobals<K, V>(
  codec: GeneratedCodec<K, V>,
  handle: MapHandle,
  options: GeneratedOptions<K, V>,
): V | Promise<V> {
  const opened = openGenerated<K, V>(codec, handle, options);
  if (opened instanceof Promise) return opened.then(onlyValue);
  using reader = opened;
  for (const { value } of reader.entriesSync()) return value;
  throw noVariables(reader.label);
}

async function onlyValue<K, V>(opened: Reader<K, V>): Promise<V> {
  using reader = opened;
  for await (const { value } of reader.entries()) return value;
  throw noVariables(reader.label);
}

function noVariables(label: string): EbpfMapError {
  return new EbpfMapError("INCOMPLETE", `read the variables of ${label}: there are none`);
}

function checkFingerprint(label: string, declared: string, actual: string): void {
  if (declared === actual) return;
  const found = actual === "" ? "has no types" : `has ${actual}`;
  const message = `open ${label}: the layout is not the one that was generated: declared ${declared}, map ${found} (ebpf-map generate makes the file anew)`;
  throw new EbpfMapError("SCHEMA_MISMATCH", message, { declared, actual });
}

function checkSizes(label: string, declared: { key: number; value: number }, info: Reader["info"]): void {
  if (declared.key === info.keySize && declared.value === info.valueSize) return;
  const sizes = (key: number, value: number): string => `keys of ${key} and values of ${value} bytes`;
  const message = `open ${label}: the file was generated for ${sizes(declared.key, declared.value)}, this map has ${sizes(info.keySize, info.valueSize)} (ebpf-map generate makes the file anew)`;
  throw new EbpfMapError("SCHEMA_MISMATCH", message, {
    declared: `${declared.key}/${declared.value}`,
    actual: `${info.keySize}/${info.valueSize}`,
  });
}

/** The layout doesn't tell, and the types of the values would be wrong. */
function checkPerCpu(label: string, declared: boolean, actual: boolean): void {
  if (declared === actual) return;
  const kind = (perCpu: boolean): string => (perCpu ? "a value for each CPU" : "one value a key");
  const message = `open ${label}: the file was generated for a map with ${kind(declared)}, this one has ${kind(actual)} (ebpf-map generate makes the file anew)`;
  throw new EbpfMapError("SCHEMA_MISMATCH", message, { declared, actual });
}

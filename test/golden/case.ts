import { roundUp8 } from "../../src/bytes.ts";
import { DIALECT_VERSIONS, type DialectVersion } from "../../src/codec/bpftool/dialect.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, loadBtf, type MapSpec, updateElement } from "../helpers/bpf.ts";
import { BtfBuilder, type MemberSpec } from "../helpers/btf-builder.ts";
import { Random } from "../helpers/random.ts";
import type { Scratch } from "../helpers/scratch.ts";

/** A map, or several of one name, that is recorded with what each bpftool prints for it. */
export interface GoldenCase {
  /** The folder in golden/, behind its group: `types/hash/btf`. */
  readonly name: string;
  /** What it is there for, in a few words. */
  readonly covers: string;
  /**
   * Commands besides `dump` that are recorded: the words around the map, as `["lookup", "key", "1", "0", "0", "0"]`.
   */
  readonly commands?: readonly (readonly string[])[];
  /** The versions that print what they read outside of a buffer, which is no expectation: by version, why. */
  readonly without?: Partial<Record<DialectVersion, string>>;
  /** Makes the maps; the scope owns them. All carry the name given. */
  readonly make: (scratch: Scratch, mapName: string) => readonly Fd[] | Promise<readonly Fd[]>;
}

/** The name that the maps of a case carry: up to 15 letters, digits and `_`. */
export function mapNameOf({ name }: GoldenCase): string {
  return name.replaceAll(/[-/]/g, "_").slice(0, 15);
}

/** All commands that are recorded of a case. */
export function commandsOf({ commands = [] }: GoldenCase): readonly (readonly string[])[] {
  return [DUMP, ...commands];
}

const DUMP = ["dump", "MAP"];

/** The versions that are recorded of a case, oldest first. */
export function versionsOf({ without }: Pick<GoldenCase, "without">): DialectVersion[] {
  return DIALECT_VERSIONS.filter((version) => without?.[version] === undefined);
}

/** A type of `size` bytes, made on the builder, which returns its id. */
export interface SizedType {
  readonly size: number;
  readonly type: (btf: BtfBuilder) => number;
}

export const INT: SizedType = { size: 4, type: (btf) => btf.signed("int", 4) };

/** The BTF of a map with this key and value; undefined as the key is none at all. */
export function btfOf(scratch: Scratch, key: SizedType | undefined, value: SizedType): NonNullable<MapSpec["btf"]> {
  const btf = new BtfBuilder();
  const [keyId, valueId] = [key?.type(btf) ?? 0, value.type(btf)];
  return { fd: scratch.own(loadBtf(btf.build())), key: keyId, value: valueId };
}

/** An array (or percpu_array) with a value of the type in each slot. */
export function arrayOf(
  scratch: Scratch,
  name: string,
  value: SizedType,
  values: readonly Uint8Array[],
  type: "array" | "percpu_array" = "array",
): Fd {
  const btf = btfOf(scratch, INT, value);
  const spec = { type, keySize: 4, valueSize: value.size, maxEntries: Math.max(1, values.length), name, btf };
  const map = scratch.own(createMap(spec));
  for (const [i, bytes] of values.entries()) updateElement(map, le(4, i), bytes);
  return map;
}

/** A value type and what stands in the slots of an array of it. */
export interface TypeCase extends SizedType {
  readonly name: string;
  readonly covers: string;
  readonly without?: GoldenCase["without"];
  /** Without it, the edge values of the size. */
  readonly values?: readonly Uint8Array[];
}

/** A case for each type, in an array or, with other values for each CPU, in a percpu_array. */
export function arrayCases(types: readonly TypeCase[], kind: "array" | "percpu_array" = "array"): GoldenCase[] {
  return types.map(({ name, covers, values: given, without, ...type }) => ({
    name,
    covers,
    ...(without === undefined ? {} : { without }),
    make: (scratch, mapName) => {
      const values = given ?? edgeValues(type.size);
      return [arrayOf(scratch, mapName, type, kind === "array" ? values : values.map(perCpu), kind)];
    },
  }));
}

/** A hash of one entry of these types, or of bytes without any. */
export function hashOf(scratch: Scratch, name: string, key: Uint8Array, value: Uint8Array, btf?: MapSpec["btf"]): Fd {
  const spec = { type: "hash", keySize: key.length, valueSize: value.length, maxEntries: 4, name } as const;
  const map = scratch.own(createMap(btf === undefined ? spec : { ...spec, btf }));
  updateElement(map, key, value);
  return map;
}

/** Values at which most types show their worst: zeros, ones, only sign bits, the largest positive, 1, 2, 3 …, noise. */
export function edgeValues(size: number): Uint8Array[] {
  return [
    new Uint8Array(size),
    new Uint8Array(size).fill(0xff),
    new Uint8Array(size).fill(0x80),
    new Uint8Array(size).fill(0x7f),
    Uint8Array.from({ length: size }, (_, i) => i + 1),
    new Random(size).bytes(size),
  ];
}

/** Gives each CPU's slot of a per-CPU map its own bytes: the given ones, rotated. */
export function perCpu(value: Uint8Array): Uint8Array {
  const stride = roundUp8(value.length);
  const slots = new Uint8Array(stride * new LinuxKernel().possibleCpus());
  for (let at = 0, cpu = 0; at < slots.length; at += stride, cpu++) {
    slots.set([...value.subarray(cpu % value.length), ...value.subarray(0, cpu % value.length)], at);
  }
  return slots;
}

/** A number as `size` little-endian bytes. */
export function le(size: number, value: number | bigint): Uint8Array {
  const bits = BigInt.asUintN(size * 8, BigInt(value));
  return Uint8Array.from({ length: size }, (_, i) => Number((bits >> BigInt(8 * i)) & 0xffn));
}

/** Latin-1 text, cut off or filled up with zeros to `size` bytes. */
export function text(size: number, value: string): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(Buffer.from(value, "latin1").subarray(0, size));
  return bytes;
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** A struct whose members follow each other without padding: `[name, type, bytes]`. */
export function packed(btf: BtfBuilder, name: string, members: readonly (readonly [string, number, number])[]): number {
  let bitOffset = 0;
  const specs: MemberSpec[] = [];
  for (const [member, type, size] of members) {
    specs.push({ name: member, type, bitOffset });
    bitOffset += 8 * size;
  }
  return btf.struct(name, bitOffset / 8, specs);
}

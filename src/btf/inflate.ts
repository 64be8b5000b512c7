import { invalidBtf } from "./invalid.ts";
import { RECORD_HEAD_SIZE, recordKind, recordVlen } from "./record-sizes.ts";
import type { StringTable } from "./string-table.ts";
import { BTF_KINDS, type BtfKind, type BtfMember, type BtfType, kindOfNumber } from "./types.ts";

/** The bytes and strings of one BTF. The index has checked that each record is inside the bytes. */
export interface RecordSource {
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly strings: StringTable;
  /** Names the BTF in errors: `BTF of map id 7`. */
  readonly what: string;
}

/** One record: its head, split up, and where its elements start. */
interface BtfRecord {
  readonly typeId: number;
  readonly name: string;
  readonly kindFlag: boolean;
  readonly vlen: number;
  readonly elementSize: number;
  /** The third word: a size or a type id, depending on the kind. */
  readonly sizeOrType: number;
  /** Byte offset of what follows the head. */
  readonly extra: number;
}

type KnownKind = Exclude<BtfKind, "void" | "unknown">;
type Inflater = (source: RecordSource, record: BtfRecord) => BtfType;

const INFLATERS: Readonly<Record<KnownKind, Inflater>> = {
  int: (source, { name, sizeOrType, extra }) => ({
    kind: "int",
    name,
    size: sizeOrType,
    ...intEncoding(u32(source, extra)),
  }),
  ptr: (_, { sizeOrType }) => ({ kind: "ptr", type: sizeOrType }),
  array: (source, { extra }) => ({
    kind: "array",
    type: u32(source, extra),
    indexType: u32(source, extra + 4),
    nelems: u32(source, extra + 8),
  }),
  struct: (source, record) => ({ kind: "struct", ...sized(record), members: members(source, record) }),
  union: (source, record) => ({ kind: "union", ...sized(record), members: members(source, record) }),
  enum: (source, record) => ({
    kind: "enum",
    ...sized(record),
    signed: record.kindFlag,
    values: enumValues(source, record),
  }),
  fwd: (_, { name, kindFlag }) => ({ kind: "fwd", name, union: kindFlag }),
  typedef: (_, { name, sizeOrType }) => ({ kind: "typedef", name, type: sizeOrType }),
  volatile: (_, { sizeOrType }) => ({ kind: "volatile", type: sizeOrType }),
  const: (_, { sizeOrType }) => ({ kind: "const", type: sizeOrType }),
  restrict: (_, { sizeOrType }) => ({ kind: "restrict", type: sizeOrType }),
  func: (_, { name, sizeOrType, vlen }) => ({ kind: "func", name, type: sizeOrType, linkage: vlen }),
  func_proto: (source, record) => ({ kind: "func_proto", type: record.sizeOrType, params: params(source, record) }),
  var: (source, { name, sizeOrType, extra }) => ({
    kind: "var",
    name,
    type: sizeOrType,
    linkage: u32(source, extra),
  }),
  datasec: (source, record) => ({ kind: "datasec", ...sized(record), vars: sectionVars(source, record) }),
  float: (_, record) => ({ kind: "float", ...sized(record) }),
  decl_tag: (source, { name, sizeOrType, extra }) => ({
    kind: "decl_tag",
    name,
    type: sizeOrType,
    componentIndex: u32(source, extra) | 0,
  }),
  type_tag: (_, { name, sizeOrType }) => ({ kind: "type_tag", name, type: sizeOrType }),
  enum64: (source, record) => ({
    kind: "enum64",
    ...sized(record),
    signed: record.kindFlag,
    values: enum64Values(source, record),
  }),
};

/**
 * Makes the type out of the record at `offset`. A kind that this program doesn't know becomes "unknown".
 * Throws BTF_INVALID for a name outside of the string section.
 */
export function inflateType(source: RecordSource, typeId: number, offset: number): BtfType {
  const info = u32(source, offset + 4);
  const kind = kindOfNumber(recordKind(info));
  if (kind === "unknown" || kind === "void") return { kind: "unknown", number: recordKind(info) };
  return INFLATERS[kind](source, {
    typeId,
    name: nameAt(source, offset, typeId),
    kindFlag: info >>> 31 === 1,
    vlen: recordVlen(info),
    elementSize: BTF_KINDS[kind].elementSize,
    sizeOrType: u32(source, offset + 8),
    extra: offset + RECORD_HEAD_SIZE,
  });
}

function sized({ name, sizeOrType }: BtfRecord): { name: string; size: number } {
  return { name, size: sizeOrType };
}

function intEncoding(word: number): { encoding: number; offset: number; bits: number } {
  return { encoding: (word >>> 24) & 0xf, offset: (word >>> 16) & 0xff, bits: word & 0xff };
}

/** With kind_flag the third word of a member holds the width of a bit-field above 24 bits of offset. */
function members(source: RecordSource, record: BtfRecord): BtfMember[] {
  return elements(record, (at) => {
    const offset = u32(source, at + 8);
    return {
      name: nameAt(source, at, record.typeId),
      type: u32(source, at + 4),
      bitOffset: record.kindFlag ? offset & 0xffffff : offset,
      bitfieldSize: record.kindFlag ? offset >>> 24 : 0,
    };
  });
}

function enumValues(source: RecordSource, record: BtfRecord): { name: string; value: number }[] {
  return elements(record, (at) => ({ name: nameAt(source, at, record.typeId), value: u32(source, at + 4) | 0 }));
}

/** The low half of a value comes first in either byte order. */
function enum64Values(source: RecordSource, record: BtfRecord): { name: string; value: bigint }[] {
  return elements(record, (at) => ({
    name: nameAt(source, at, record.typeId),
    value: (BigInt(u32(source, at + 8)) << 32n) | BigInt(u32(source, at + 4)),
  }));
}

function params(source: RecordSource, record: BtfRecord): { name: string; type: number }[] {
  return elements(record, (at) => ({ name: nameAt(source, at, record.typeId), type: u32(source, at + 4) }));
}

function sectionVars(source: RecordSource, record: BtfRecord): { type: number; offset: number; size: number }[] {
  return elements(record, (at) => ({
    type: u32(source, at),
    offset: u32(source, at + 4),
    size: u32(source, at + 8),
  }));
}

/** Reads the `vlen` elements after a record's head. */
function elements<T>({ extra, vlen, elementSize }: BtfRecord, read: (at: number) => T): T[] {
  return Array.from({ length: vlen }, (_, i) => read(extra + i * elementSize));
}

function u32({ view, littleEndian }: RecordSource, at: number): number {
  return view.getUint32(at, littleEndian);
}

/** The name whose string offset is the word at `at`. */
function nameAt(source: RecordSource, at: number, typeId: number): string {
  const stringOffset = u32(source, at);
  const name = source.strings.at(stringOffset);
  if (name !== undefined) return name;
  const problem = `no name at string offset ${stringOffset} of ${source.strings.end}`;
  throw invalidBtf(`read ${source.what}`, `${problem} (outside, not terminated or too long)`, { typeId, offset: at });
}

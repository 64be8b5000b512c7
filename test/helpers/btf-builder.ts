import { BTF_KINDS, type BtfKind } from "../../src/btf/types.ts";
import { bytesFromText } from "../../src/bytes.ts";

type KnownKind = Exclude<BtfKind, "unknown" | "void">;

/** A member of a struct or union. `bitfieldSize` above 0 makes it a bit-field, and the record one with kind_flag. */
export interface MemberSpec {
  readonly name?: string;
  readonly type: number;
  readonly bitOffset: number;
  readonly bitfieldSize?: number;
}

/** The size of a kind's records, for the layout section of newer BTF: bytes behind the 12 common ones. */
export interface LayoutRow {
  readonly infoSize: number;
  readonly elemSize: number;
}

export interface BuildOptions {
  readonly littleEndian?: boolean;
  /** Bytes at the end of the header, as a newer format might have them. Comes behind the layout's fields. */
  readonly headerExtra?: Uint8Array;
  /** Writes a layout section, row i for kind number i. */
  readonly layout?: readonly LayoutRow[];
}

/** The bytes of one record: words in the byte order of the build, or bytes as they are. */
type BtfRecord = readonly number[] | Uint8Array;

const PLAIN_HEADER_SIZE = 24;
const LAYOUT_HEADER_SIZE = 32;

/**
 * Makes BTF as compilers do, also such as the kernel takes (if names and sizes are what it wants). Each method adds
 * one type and returns its id; `nextId` is the id of the next one, for types that refer forward. With a `base` it
 * makes split BTF, whose ids and strings continue behind the base's; the base must be complete by then.
 */
export class BtfBuilder {
  readonly #records: BtfRecord[] = [];
  readonly #strings: Uint8Array[] = [];
  readonly #stringOffsets = new Map<string, number>();
  readonly #firstId: number;
  readonly #firstString: number;
  #stringEnd: number;
  #arrayIndexType: number | undefined;

  constructor(base?: BtfBuilder) {
    this.#firstId = base?.nextId ?? 1;
    this.#firstString = base?.stringEnd ?? 0;
    this.#stringEnd = this.#firstString;
    if (base === undefined) this.string("");
    else this.#stringOffsets.set("", 0);
  }

  get nextId(): number {
    return this.#firstId + this.#records.length;
  }

  /** The end of the strings, those of the base included. */
  get stringEnd(): number {
    return this.#stringEnd;
  }

  /** The offset of a string; equal strings share one. */
  string(text: string): number {
    const known = this.#stringOffsets.get(text);
    if (known !== undefined) return known;
    const offset = this.#stringEnd;
    const bytes = bytesFromText(`${text}\0`);
    this.#strings.push(bytes);
    this.#stringOffsets.set(text, offset);
    this.#stringEnd += bytes.length;
    return offset;
  }

  int(name: string, size: number, options: { encoding?: number; bits?: number; offset?: number } = {}): number {
    const { encoding = 0, bits = size * 8, offset = 0 } = options;
    return this.#add("int", name, size, [word(encoding, 24) + word(offset, 16) + bits]);
  }

  /** BTF_INT_SIGNED. */
  signed(name: string, size: number): number {
    return this.int(name, size, { encoding: 1 });
  }

  ptr(type: number): number {
    return this.#add("ptr", "", type);
  }

  /** Without an index type it is clang's `__ARRAY_SIZE_TYPE__`, which is added by the first such array. */
  array(type: number, nelems: number, indexType?: number): number {
    if (indexType === undefined) this.#arrayIndexType ??= this.int("__ARRAY_SIZE_TYPE__", 4);
    return this.#add("array", "", 0, [type, indexType ?? this.#arrayIndexType ?? 0, nelems]);
  }

  struct(name: string, size: number, members: readonly MemberSpec[], options: { kindFlag?: boolean } = {}): number {
    return this.#addRecord("struct", name, size, members, options.kindFlag);
  }

  union(name: string, size: number, members: readonly MemberSpec[], options: { kindFlag?: boolean } = {}): number {
    return this.#addRecord("union", name, size, members, options.kindFlag);
  }

  enum(
    name: string,
    values: readonly (readonly [string, number])[],
    { size = 4, signed = false }: { size?: number; signed?: boolean } = {},
  ): number {
    const words = values.flatMap(([label, value]) => [this.string(label), value >>> 0]);
    return this.#add("enum", name, size, words, { vlen: values.length, kindFlag: signed });
  }

  enum64(
    name: string,
    values: readonly (readonly [string, bigint])[],
    { size = 8, signed = false }: { size?: number; signed?: boolean } = {},
  ): number {
    const words = values.flatMap(([label, value]) => {
      const bits = BigInt.asUintN(64, value);
      return [this.string(label), Number(bits & 0xffffffffn), Number(bits >> 32n)];
    });
    return this.#add("enum64", name, size, words, { vlen: values.length, kindFlag: signed });
  }

  fwd(name: string, options: { union?: boolean } = {}): number {
    return this.#add("fwd", name, 0, [], { kindFlag: options.union ?? false });
  }

  typedef(name: string, type: number): number {
    return this.#add("typedef", name, type);
  }

  volatile(type: number): number {
    return this.#add("volatile", "", type);
  }

  const(type: number): number {
    return this.#add("const", "", type);
  }

  restrict(type: number): number {
    return this.#add("restrict", "", type);
  }

  /** Linkage: 0 static, 1 global, 2 extern. */
  func(name: string, proto: number, linkage = 1): number {
    return this.#add("func", name, proto, [], { vlen: linkage });
  }

  funcProto(returns: number, params: readonly { readonly name: string; readonly type: number }[] = []): number {
    const words = params.flatMap(({ name, type }) => [this.string(name), type]);
    return this.#add("func_proto", "", returns, words, { vlen: params.length });
  }

  /** Linkage: 0 static, 1 global, 2 extern. */
  var(name: string, type: number, linkage = 1): number {
    return this.#add("var", name, type, [linkage]);
  }

  datasec(
    name: string,
    size: number,
    vars: readonly { readonly type: number; readonly offset: number; readonly size: number }[],
  ): number {
    const words = vars.flatMap(({ type, offset, size: varSize }) => [type, offset, varSize]);
    return this.#add("datasec", name, size, words, { vlen: vars.length });
  }

  float(name: string, size: number): number {
    return this.#add("float", name, size);
  }

  declTag(name: string, type: number, componentIndex = -1): number {
    return this.#add("decl_tag", name, type, [componentIndex >>> 0]);
  }

  typeTag(name: string, type: number): number {
    return this.#add("type_tag", name, type);
  }

  /** A record whose bytes, or words in the byte order of the build, are given: for what no method makes. */
  raw(record: BtfRecord): number {
    this.#records.push(record);
    return this.nextId - 1;
  }

  build({ littleEndian = true, headerExtra = new Uint8Array(0), layout }: BuildOptions = {}): Uint8Array {
    const types = Buffer.concat(this.#records.map((record) => recordBytes(record, littleEndian)));
    const strings = Buffer.concat(this.#strings);
    const layoutBytes = layoutSection(layout ?? [], littleEndian);
    const fieldsSize = layout === undefined ? PLAIN_HEADER_SIZE : LAYOUT_HEADER_SIZE;
    const header = new Uint8Array(fieldsSize + headerExtra.length);
    header.set(headerExtra, fieldsSize);
    const view = new DataView(header.buffer);
    view.setUint16(0, 0xeb9f, littleEndian);
    view.setUint8(2, 1);
    const fields = [header.length, 0, types.length, types.length + layoutBytes.length, strings.length];
    if (layout !== undefined) fields.push(types.length, layoutBytes.length);
    fields.forEach((field, i) => {
      view.setUint32(4 + 4 * i, field, littleEndian);
    });
    // A Uint8Array of its own: slice() of a Buffer doesn't copy.
    return Uint8Array.from(Buffer.concat([header, types, layoutBytes, strings]));
  }

  #addRecord(kind: "struct" | "union", name: string, size: number, members: readonly MemberSpec[], flag?: boolean) {
    const kindFlag = flag ?? members.some((member) => (member.bitfieldSize ?? 0) > 0);
    const words = members.flatMap((member) => [
      this.string(member.name ?? ""),
      member.type,
      kindFlag ? word(member.bitfieldSize ?? 0, 24) + member.bitOffset : member.bitOffset,
    ]);
    return this.#add(kind, name, size, words, { vlen: members.length, kindFlag });
  }

  #add(
    kind: KnownKind,
    name: string,
    sizeOrType: number,
    words: readonly number[] = [],
    { vlen = 0, kindFlag = false }: { vlen?: number; kindFlag?: boolean } = {},
  ): number {
    const info = word(kindFlag ? 1 : 0, 31) + word(BTF_KINDS[kind].number, 24) + vlen;
    return this.raw([this.string(name), info, sizeOrType, ...words]);
  }
}

/** `bits << shift` without turning negative. */
function word(bits: number, shift: number): number {
  return bits * 2 ** shift;
}

function recordBytes(record: BtfRecord, littleEndian: boolean): Uint8Array {
  if (record instanceof Uint8Array) return record;
  const view = new DataView(new ArrayBuffer(record.length * 4));
  record.forEach((value, i) => {
    view.setUint32(4 * i, value, littleEndian);
  });
  return new Uint8Array(view.buffer);
}

function layoutSection(rows: readonly LayoutRow[], littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(rows.length * 4));
  rows.forEach(({ infoSize, elemSize }, kind) => {
    view.setUint8(4 * kind, infoSize);
    view.setUint8(4 * kind + 1, elemSize);
    view.setUint16(4 * kind + 2, 0, littleEndian);
  });
  return new Uint8Array(view.buffer);
}

import { bytesFromText } from "../bytes.ts";
import { invalidBtf } from "./invalid.ts";
import { BTF_KINDS, type BtfKind } from "./types.ts";

/** A type, or a part of one, as `bpftool -j btf dump` prints it; nothing of it is known yet. */
type Printed = Readonly<Record<string, unknown>>;

const MAGIC = 0xeb9f;
const HEADER_SIZE = 24;
const KIND_FLAG = 0x8000_0000;
const U32 = 0xffff_ffff;
const MAX_VLEN = 0xffff;

/**
 * Tells whether bytes may be the output of `bpftool -j btf dump`, or with `-p`: raw BTF and ELF don't begin like that.
 */
export function looksLikeJson(bytes: Uint8Array): boolean {
  return /^(?:\xef\xbb\xbf)?\s*\{/.test(Buffer.from(bytes.subarray(0, 64)).toString("latin1"));
}

/** The place where split BTF continues its base. */
export interface BaseEnd {
  readonly firstId: number;
  readonly firstString: number;
}

/**
 * Turns the output of `bpftool -j btf dump` of a whole BTF back into BTF, of a little-endian machine. What it says is
 * checked where it is read, like any other BTF. Of split BTF it has the types without those of the base: `baseEnd` is
 * asked only then, and tells where the base ends, if there is one. `what` names it in errors. Throws BTF_INVALID.
 */
export function btfFromJson(bytes: Uint8Array, what: string, baseEnd?: () => BaseEnd | undefined): Uint8Array {
  const types = printedTypes(bytes, what);
  const isSplit = typeof types[0]?.id === "number" && types[0].id > 1;
  const { firstId, firstString } = (isSplit ? baseEnd?.() : undefined) ?? { firstId: 1, firstString: undefined };
  const writer = new BtfWriter(what, firstString);
  for (const [i, type] of types.entries()) {
    const expected = firstId + i;
    if (type.id !== expected) {
      const id = typeof type.id === "number" ? type.id : "without an id";
      throw invalidBtf(`read ${what}`, `type ${id} stands where type ${expected} belongs (${wholeCure(isSplit)})`);
    }
    writer.add(expected, type);
  }
  return writer.end();
}

function wholeCure(isSplit: boolean): string {
  const whole = "a whole BTF is needed: bpftool -j btf dump id N, or map id N, without kv and the like";
  return isSplit ? `${whole}; that of a module needs its kernel's, --btf-base FILE` : whole;
}

/** The types that the output lists, in its order. Throws BTF_INVALID. */
export function printedTypes(bytes: Uint8Array, what: string): readonly Printed[] {
  const text = Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  let printed: unknown;
  try {
    // Values of 64 bits must not become numbers.
    printed = JSON.parse(text.replace(/"val":\s*(-?\d{16,20})\b/g, '"val":"$1"'));
  } catch (error) {
    throw invalidBtf(`read ${what}`, `it isn't JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (isPrinted(printed) && Array.isArray(printed.types) && printed.types.every(isPrinted)) return printed.types;
  if (isPrinted(printed) && typeof printed.error === "string")
    throw invalidBtf(`read ${what}`, `bpftool failed: ${printed.error}`);
  throw invalidBtf(`read ${what}`, 'it has no "types", as the output of bpftool -j btf dump has');
}

function isPrinted(value: unknown): value is Printed {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const KINDS: ReadonlyMap<string, BtfKind> = new Map(
  (Object.keys(BTF_KINDS) as (keyof typeof BTF_KINDS)[]).map((kind) => [kind.toUpperCase(), kind]),
);
const ENCODINGS: ReadonlyMap<unknown, number> = new Map([
  ["(none)", 0],
  ["SIGNED", 1],
  ["CHAR", 2],
  ["BOOL", 4],
]);
/** 5.10 calls "global" of a variable "global-alloc". */
const LINKAGES: ReadonlyMap<unknown, number> = new Map([
  ["static", 0],
  ["global", 1],
  ["global-alloc", 1],
  ["extern", 2],
]);

class BtfWriter {
  readonly #what: string;
  readonly #words: number[] = [];
  readonly #strings: Uint8Array[] = [];
  readonly #offsets = new Map<string, number>([["", 0]]);
  /** The offset of the first string that is its own. */
  readonly #firstString: number;
  #stringEnd: number;
  /** The type that is being added. */
  #id = 0;

  /** `firstString`: of split BTF, the end of the base's strings. */
  constructor(what: string, firstString?: number) {
    this.#what = what;
    this.#firstString = firstString ?? 0;
    this.#stringEnd = this.#firstString;
    if (firstString !== undefined) return;
    this.#strings.push(new Uint8Array(1));
    this.#stringEnd = 1;
  }

  add(id: number, type: Printed): void {
    this.#id = id;
    const kind = KINDS.get(String(type.kind));
    switch (kind) {
      case "int":
        this.#record(type, kind, this.#number(type, "size"), [this.#intWord(type)]);
        break;
      case "float":
        this.#record(type, kind, this.#number(type, "size"));
        break;
      case "ptr":
      case "const":
      case "volatile":
      case "restrict":
      case "typedef":
      case "type_tag":
        this.#record(type, kind, this.#number(type, "type_id"));
        break;
      case "decl_tag":
        this.#record(type, kind, this.#number(type, "type_id"), [this.#number(type, "component_idx") >>> 0]);
        break;
      case "array":
        this.#record(type, kind, 0, this.#numbers(type, ["type_id", "index_type_id", "nr_elems"]));
        break;
      case "struct":
      case "union":
        this.#struct(type, kind);
        break;
      case "enum":
      case "enum64":
        this.#enum(type, kind);
        break;
      case "fwd":
        this.#record(type, kind, 0, [], 0, type.fwd_kind === "union");
        break;
      case "func":
        this.#record(type, kind, this.#number(type, "type_id"), [], this.#linkage(type));
        break;
      case "func_proto":
        this.#list(type, kind, "ret_type_id", "params", (one) => [this.#string(one), this.#number(one, "type_id")]);
        break;
      case "var":
        this.#record(type, kind, this.#number(type, "type_id"), [this.#linkage(type)]);
        break;
      case "datasec":
        this.#list(type, kind, "size", "vars", (one) => this.#numbers(one, ["type_id", "offset", "size"]));
        break;
      case "void":
      case "unknown":
      case undefined:
        throw this.#invalid(`its kind ${JSON.stringify(type.kind)} is not known`);
      default:
        kind satisfies never;
    }
  }

  end(): Uint8Array {
    const stringBytes = this.#stringEnd - this.#firstString;
    const bytes = new Uint8Array(HEADER_SIZE + 4 * this.#words.length + stringBytes);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, MAGIC, true);
    view.setUint8(2, 1);
    const header = [HEADER_SIZE, 0, 4 * this.#words.length, 4 * this.#words.length, stringBytes];
    for (const [i, field] of header.entries()) view.setUint32(4 + 4 * i, field, true);
    for (const [i, word] of this.#words.entries()) view.setUint32(HEADER_SIZE + 4 * i, word, true);
    let at = HEADER_SIZE + 4 * this.#words.length;
    for (const string of this.#strings) {
      bytes.set(string, at);
      at += string.length;
    }
    return bytes;
  }

  #record(
    type: Printed,
    kind: keyof typeof BTF_KINDS,
    sizeOrType: number,
    words: readonly number[] = [],
    vlen = 0,
    kindFlag = false,
  ): void {
    const info = (((BTF_KINDS[kind].number << 24) | vlen) >>> 0) + (kindFlag ? KIND_FLAG : 0);
    this.#words.push(this.#string(type), info, sizeOrType);
    for (const word of words) this.#words.push(word);
  }

  #intWord(type: Printed): number {
    const encoding = ENCODINGS.get(type.encoding) ?? this.#unknownEncoding(type);
    return ((encoding << 24) | (this.#number(type, "bits_offset") << 16) | this.#number(type, "nr_bits")) >>> 0;
  }

  /** Unknown encodings are printed as `UNKN(0x…)`. */
  #unknownEncoding({ encoding }: Printed): number {
    const digits = /^UNKN\(0x([0-9a-f]{1,2})\)$/.exec(String(encoding))?.[1];
    if (digits !== undefined) return Number.parseInt(digits, 16);
    throw this.#invalid(`its encoding ${JSON.stringify(encoding)} is not known`);
  }

  /** A struct has kind_flag where a member is a bit-field; the size of one then stands above its offset. */
  #struct(type: Printed, kind: "struct" | "union"): void {
    const members = this.#elements(type, "members");
    const flagged = members.some((member) => Object.hasOwn(member, "bitfield_size"));
    const words = members.flatMap((member) => {
      const bits = flagged && Object.hasOwn(member, "bitfield_size") ? this.#number(member, "bitfield_size") : 0;
      const offset = this.#number(member, "bits_offset");
      return [
        this.#string(member),
        this.#number(member, "type_id"),
        flagged ? ((bits << 24) | (offset & 0xff_ffff)) >>> 0 : offset,
      ];
    });
    this.#record(type, kind, this.#number(type, "size"), words, members.length, flagged);
  }

  /** Before 7.1 an enum is printed without its encoding, and is signed where a value is negative. */
  #enum(type: Printed, kind: "enum" | "enum64"): void {
    const values = this.#elements(type, "values").map((value) => ({
      name: this.#string(value),
      value: this.#integer(value, "val"),
    }));
    const isSigned = type.encoding === "SIGNED" || values.some(({ value }) => value < 0n);
    const words = values.flatMap(({ name, value }) => {
      const bits = BigInt.asUintN(64, value);
      const low = Number(bits & 0xffff_ffffn);
      return kind === "enum" ? [name, low] : [name, low, Number(bits >> 32n)];
    });
    this.#record(type, kind, this.#number(type, "size"), words, values.length, isSigned);
  }

  #list(
    type: Printed,
    kind: "func_proto" | "datasec",
    sizeOrType: string,
    list: string,
    wordsOf: (element: Printed) => readonly number[],
  ): void {
    const elements = this.#elements(type, list);
    this.#record(type, kind, this.#number(type, sizeOrType), elements.flatMap(wordsOf), elements.length);
  }

  #elements(type: Printed, name: string): readonly Printed[] {
    const elements = type[name];
    if (Array.isArray(elements) && elements.length <= MAX_VLEN && elements.every(isPrinted)) return elements;
    throw this.#invalid(`its "${name}" is no list of objects`);
  }

  #linkage({ linkage }: Printed): number {
    const number = LINKAGES.get(linkage);
    if (number !== undefined) return number;
    throw this.#invalid(`its linkage ${JSON.stringify(linkage)} is not known`);
  }

  #numbers(part: Printed, names: readonly string[]): readonly number[] {
    return names.map((name) => this.#number(part, name));
  }

  /** 32 bits, signed or not. */
  #number(part: Printed, name: string): number {
    const value = part[name];
    if (typeof value === "number" && Number.isInteger(value) && value >= -0x8000_0000 && value <= U32) return value;
    throw this.#invalid(`its "${name}" is no integer of 32 bits`);
  }

  #integer(part: Printed, name: string): bigint {
    const value = part[name];
    const digits = typeof value === "number" || typeof value === "string" ? String(value) : "";
    if (/^-?\d{1,20}$/.test(digits)) return BigInt(digits);
    throw this.#invalid(`its "${name}" is no integer`);
  }

  /** The offset of the name, `(anon)` for none. */
  #string({ name }: Printed): number {
    const text = typeof name === "string" && name !== "(anon)" ? name : "";
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.#stringEnd;
    if (text.includes("\0")) throw this.#invalid("a name has a NUL inside");
    const bytes = bytesFromText(`${text}\0`);
    this.#offsets.set(text, offset);
    this.#strings.push(bytes);
    this.#stringEnd += bytes.length;
    return offset;
  }

  #invalid(problem: string): Error {
    return invalidBtf(`read ${this.#what}`, `type ${this.#id}: ${problem}`);
  }
}

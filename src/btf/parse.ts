import { bytesFromText } from "../bytes.ts";
import { readableWithFourBitKinds } from "./four-bit-kinds.ts";
import { type BtfHeader, type BtfSection, parseBtfHeader } from "./header.ts";
import { inflateType, type RecordSource } from "./inflate.ts";
import { invalidBtf } from "./invalid.ts";
import { isKnownKind, RECORD_HEAD_SIZE, type RecordSizes, recordKind, recordSizes } from "./record-sizes.ts";
import { checkFit } from "./split.ts";
import { StringTable } from "./string-table.ts";
import { indexTypes, type TypeIndex } from "./type-index.ts";
import { BTF_KINDS, type BtfType, type DeclTag, kindOfNumber, type NamedType, type SearchableTypes } from "./types.ts";

/** Options for reading BTF: `base` for split BTF (a kernel module's on vmlinux), `what` names it in errors. */
export interface ParseOptions {
  readonly base?: Btf;
  readonly what?: string;
}

/**
 * Reads BTF of either byte order. Only the header is decoded and the records counted; a type is made when it is asked
 * for. `bytes` are kept and must not change.
 */
export function parseBtf(bytes: Uint8Array, options: ParseOptions = {}): Btf {
  const { base, what = "BTF" } = options;
  const header = parseBtfHeader(bytes, what);
  if (base !== undefined) checkBase(base, header, what);
  const strings = new StringTable(bytes.subarray(header.strings.start, header.strings.end), base?.strings);
  checkStrings(bytes, header.strings, base, what);
  const sizes = sizesFor(bytes, header.layout, base);
  const firstId = base?.typeCount ?? 1;
  const index = indexTypes(bytes, header, sizes, { what, firstId });
  if (base !== undefined) checkFit(bytes, header, index, { strings, firstId, what });
  return new Btf(bytes, { header, strings, sizes, index, base, what });
}

interface BtfParts {
  readonly header: BtfHeader;
  readonly strings: StringTable;
  readonly sizes: RecordSizes;
  readonly index: TypeIndex;
  readonly base: Btf | undefined;
  readonly what: string;
}

const VOID: BtfType = { kind: "void" };

/** Parsed BTF; made by {@link parseBtf}. */
export class Btf implements SearchableTypes {
  /** One more than the highest id, the base's included. If `unreadFrom` is set it is an upper bound. */
  readonly typeCount: number;
  readonly littleEndian: boolean;
  readonly kinds: readonly number[];
  readonly fourBitKinds: boolean;
  /** Those of `kinds` that this program doesn't know: types of these kinds are "unknown". */
  readonly unknownKinds: readonly number[];
  /**
   * The first type that could not be read, because the length of its kind is not known: it and all that could stand
   * behind it are "unknown". Undefined if everything was read.
   */
  readonly unreadFrom: number | undefined;
  /** Also used by split BTF, whose strings continue behind these. */
  readonly strings: StringTable;
  /** Also used by split BTF that says nothing of its own on the length of records. */
  readonly sizes: RecordSizes;
  readonly #source: RecordSource;
  readonly #base: Btf | undefined;
  readonly #firstId: number;
  readonly #index: TypeIndex;
  readonly #inflated: Map<number, BtfType> = new Map();

  constructor(bytes: Uint8Array, { header, strings, sizes, index, base, what }: BtfParts) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = header.littleEndian;
    this.strings = strings;
    this.sizes = sizes;
    this.kinds = [...new Set([...(base?.kinds ?? []), ...index.kinds])].sort((a, b) => a - b);
    this.fourBitKinds = (base?.fourBitKinds ?? true) && readableWithFourBitKinds(bytes, header);
    this.unknownKinds = this.kinds.filter((kind) => !isKnownKind(kind));
    this.#source = { view, littleEndian: header.littleEndian, strings, what };
    this.#base = base;
    this.#firstId = base?.typeCount ?? 1;
    this.#index = index;
    const readEnd = this.#firstId + index.offsets.length;
    this.typeCount = readEnd + unreadRecords(index, header.types.end);
    this.unreadFrom = index.stoppedBy === undefined ? undefined : readEnd - 1;
  }

  /** The type with this id; 0 is void. Throws BTF_INVALID if there is none or its record is malformed. */
  type(id: number): BtfType {
    if (id === 0) return VOID;
    if (this.#base !== undefined && id < this.#firstId) return this.#base.type(id);
    const known = this.#inflated.get(id);
    if (known !== undefined) return known;
    const type = this.#inflate(id);
    this.#inflated.set(id, type);
    return type;
  }

  /**
   * The ids of the types with exactly this name, ascending, the base's first. C keeps the names of structs, unions
   * and enums apart from others, so there may be several. An empty name finds nothing.
   */
  idsByName(name: string): readonly number[] {
    const text = bytesFromText(name);
    if (text.length === 0) return [];
    const { view, littleEndian } = this.#source;
    const ids = [...(this.#base?.idsByName(name) ?? [])];
    // A pass over all types takes about a millisecond for vmlinux: less than a table of their names.
    this.#index.offsets.forEach((offset, i) => {
      if (this.strings.equals(view.getUint32(offset, littleEndian), text)) ids.push(this.#firstId + i);
    });
    return ids;
  }

  /** All types that have a name, the base's first. One whose name is malformed is left out. */
  *names(): Generator<NamedType> {
    if (this.#base !== undefined) yield* this.#base.names();
    const { view, littleEndian } = this.#source;
    for (const [i, offset] of this.#index.offsets.entries()) {
      const name = this.strings.at(view.getUint32(offset, littleEndian));
      if (!name) continue;
      yield { id: this.#firstId + i, name, kind: kindOfNumber(recordKind(view.getUint32(offset + 4, littleEndian))) };
    }
  }

  /** All declaration tags, the base's first. */
  *declTags(): Generator<[id: number, tag: DeclTag]> {
    if (this.#base !== undefined) yield* this.#base.declTags();
    if (!this.kinds.includes(BTF_KINDS.decl_tag.number)) return;
    const { view, littleEndian } = this.#source;
    for (const [i, offset] of this.#index.offsets.entries()) {
      if (recordKind(view.getUint32(offset + 4, littleEndian)) !== BTF_KINDS.decl_tag.number) continue;
      const id = this.#firstId + i;
      const type = this.type(id);
      if (type.kind === "decl_tag") yield [id, type];
    }
  }

  #inflate(id: number): BtfType {
    if (!Number.isInteger(id) || id < 0 || id >= this.typeCount) {
      throw invalidBtf(`read ${this.#source.what}`, `there is no such type (ids run to ${this.typeCount - 1})`, {
        typeId: id,
      });
    }
    const offset = this.#index.offsets[id - this.#firstId];
    if (offset === undefined) return { kind: "unknown", number: this.#index.stoppedBy ?? 0 };
    return inflateType(this.#source, id, offset);
  }
}

/** The most records that can stand behind the one that stopped the index. */
function unreadRecords({ offsets, stoppedBy }: TypeIndex, end: number): number {
  if (stoppedBy === undefined) return 0;
  return Math.floor((end - (offsets.at(-1) ?? end)) / RECORD_HEAD_SIZE) - 1;
}

function checkBase(base: Btf, { littleEndian }: BtfHeader, what: string): void {
  if (base.littleEndian !== littleEndian) {
    throw invalidBtf(`read ${what}`, "its byte order is not that of its base", { offset: 0 });
  }
  if (base.unreadFrom !== undefined) {
    const kinds = base.unknownKinds.join(", ");
    throw invalidBtf(
      `read ${what}`,
      `its base has types of kind ${kinds}, behind which ids are not known (from a newer kernel than this program knows?)`,
    );
  }
}

/** As libbpf: the strings end in a NUL, and in BTF without base start with the empty one. */
function checkStrings(bytes: Uint8Array, { start, end }: BtfSection, base: Btf | undefined, what: string): void {
  if (base !== undefined && start === end) return;
  if (start === end || bytes[end - 1] !== 0) {
    throw invalidBtf(`read ${what}`, "the string section doesn't end in a NUL", { offset: end });
  }
  if (base === undefined && bytes[start] !== 0) {
    throw invalidBtf(
      `read ${what}`,
      "the string section doesn't start with a NUL (split BTF, read without its base?)",
      {
        offset: start,
      },
    );
  }
}

function sizesFor(bytes: Uint8Array, { start, end }: BtfSection, base: Btf | undefined): RecordSizes {
  if (start === end && base !== undefined) return base.sizes;
  return recordSizes(bytes.subarray(start, end));
}

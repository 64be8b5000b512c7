import type { BtfHeader } from "./header.ts";
import { invalidBtf } from "./invalid.ts";
import { RECORD_HEAD_SIZE, type RecordSizes, recordKind, recordVlen } from "./record-sizes.ts";

/** The start of each record of a type section, found in one pass without making an object of any. */
export interface TypeIndex {
  /** Byte offsets in the BTF, in the order of ids. */
  readonly offsets: Uint32Array;
  /** The kind numbers that occur, ascending. */
  readonly kinds: readonly number[];
  /**
   * The kind of unknown length that ended the pass, which is that of the last record. Undefined if all were indexed.
   */
  readonly stoppedBy: number | undefined;
}

/**
 * Indexes the type section of `bytes`. `firstId` is the id of its first record. Throws BTF_INVALID for a record that
 * reaches behind the section.
 */
export function indexTypes(
  bytes: Uint8Array,
  { types, littleEndian }: BtfHeader,
  sizes: RecordSizes,
  { what, firstId }: { what: string; firstId: number },
): TypeIndex {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets = new Uint32Array(Math.ceil((types.end - types.start) / RECORD_HEAD_SIZE));
  const seen = new Uint8Array(sizes.fixed.length);
  let count = 0;
  let stoppedBy: number | undefined;
  for (let at = types.start; at < types.end && stoppedBy === undefined; ) {
    const left = types.end - at;
    if (left < RECORD_HEAD_SIZE) throw tooShort(what, firstId + count, at, RECORD_HEAD_SIZE, left);
    const info = view.getUint32(at + 4, littleEndian);
    const kind = recordKind(info);
    const fixed = sizes.fixed[kind] ?? -1;
    const size = RECORD_HEAD_SIZE + fixed + recordVlen(info) * (sizes.element[kind] ?? 0);
    if (fixed < 0) stoppedBy = kind;
    else if (size > left) throw tooShort(what, firstId + count, at, size, left, kind, recordVlen(info));
    offsets[count++] = at;
    seen[kind] = 1;
    at += size;
  }
  const kinds = [...seen.keys()].filter((kind) => seen[kind] === 1);
  return { offsets: offsets.slice(0, count), kinds, stoppedBy };
}

function tooShort(what: string, typeId: number, offset: number, needs: number, left: number, kind = 0, vlen = 0) {
  const record = kind === 0 ? "a record" : `a record of kind ${kind} with vlen ${vlen}`;
  return invalidBtf(`read ${what}`, `${record} needs ${needs} bytes, ${left} are left`, { typeId, offset });
}

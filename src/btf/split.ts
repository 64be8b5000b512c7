import { type BtfHeader, parseBtfHeader } from "./header.ts";
import { invalidBtf } from "./invalid.ts";
import { recordKind } from "./record-sizes.ts";
import type { StringTable } from "./string-table.ts";
import type { TypeIndex } from "./type-index.ts";
import { BTF_KINDS, type BtfKind } from "./types.ts";

/**
 * True if BTF needs a base: its string section lacks the empty string that BTF of its own starts with, which is how
 * libbpf tells the two apart. Throws BTF_INVALID for what has no header of BTF.
 */
export function isSplitBtf(bytes: Uint8Array, what: string): boolean {
  const { strings } = parseBtfHeader(bytes, what);
  return strings.start === strings.end || bytes[strings.start] !== 0;
}

/** The kinds whose third word is the id of a type. */
const REFERRING: ReadonlySet<number> = new Set(
  (
    ["ptr", "typedef", "volatile", "const", "restrict", "func", "func_proto", "var", "decl_tag", "type_tag"] as const
  ).map((kind: Exclude<BtfKind, "unknown">) => BTF_KINDS[kind].number),
);

/**
 * Checks that split BTF belongs to its base: each name starts where a string starts, and each type that another one
 * leads to exists. On the base of another kernel, ids and strings would silently mean something else. Throws
 * BTF_INVALID.
 */
export function checkFit(
  bytes: Uint8Array,
  { littleEndian }: BtfHeader,
  { offsets }: TypeIndex,
  { strings, firstId, what }: { strings: StringTable; firstId: number; what: string },
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = firstId + offsets.length;
  for (const [i, offset] of offsets.entries()) {
    const refers = REFERRING.has(recordKind(view.getUint32(offset + 4, littleEndian)));
    const fits =
      strings.startsAt(view.getUint32(offset, littleEndian)) &&
      (!refers || view.getUint32(offset + 8, littleEndian) < end);
    if (fits) continue;
    throw invalidBtf(
      `read ${what}`,
      "it does not fit its base (of another kernel? --btf-base FILE names the right one)",
      {
        typeId: firstId + i,
        offset,
      },
    );
  }
}

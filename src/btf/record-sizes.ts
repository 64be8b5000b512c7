import { BTF_KINDS } from "./types.ts";

/** Bytes of the `struct btf_type` that every record starts with. */
export const RECORD_HEAD_SIZE = 12;

/** The kind is 7 bits of the info word. It was 5 before 2026, with the two above them zero. */
const KIND_COUNT = 128;

/**
 * The lengths of records: `RECORD_HEAD_SIZE + fixed[kind] + vlen * element[kind]`. `fixed` is -1 for a kind that
 * neither this program nor the BTF itself knows the length of.
 */
export interface RecordSizes {
  readonly fixed: Int16Array;
  readonly element: Uint8Array;
}

const KNOWN_SIZES: RecordSizes = knownSizes();

/** The kind in the info word of a record. */
export function recordKind(info: number): number {
  return (info >>> 24) & 0x7f;
}

/** True if this program reads records of this kind. */
export function isKnownKind(kind: number): boolean {
  return KNOWN_SIZES.fixed[kind] !== -1;
}

/** The number of elements in the info word: 24 bits, of which 16 were used before 2026 and the rest zero. */
export function recordVlen(info: number): number {
  return info & 0xffffff;
}

/**
 * The sizes of all kinds for a BTF with this layout section: rows of `struct btf_layout` (u8 info_sz, u8 elem_sz,
 * u16 flags), one for each kind number from 0. They count for the kinds that this program doesn't know.
 */
export function recordSizes(layout: Uint8Array): RecordSizes {
  if (layout.length === 0) return KNOWN_SIZES;
  const fixed = KNOWN_SIZES.fixed.slice();
  const element = KNOWN_SIZES.element.slice();
  for (let kind = 0; kind < KIND_COUNT && 4 * kind + 4 <= layout.length; kind++) {
    const infoSize = layout[4 * kind] ?? 0;
    const elemSize = layout[4 * kind + 1] ?? 0;
    // Records are words. libbpf refuses such a row too.
    if (fixed[kind] !== -1 || infoSize % 4 !== 0 || elemSize % 4 !== 0) continue;
    fixed[kind] = infoSize;
    element[kind] = elemSize;
  }
  return { fixed, element };
}

function knownSizes(): RecordSizes {
  const sizes = { fixed: new Int16Array(KIND_COUNT).fill(-1), element: new Uint8Array(KIND_COUNT) };
  const { void: _, ...kinds } = BTF_KINDS;
  for (const { number, fixedSize, elementSize } of Object.values(kinds)) {
    sizes.fixed[number] = fixedSize;
    sizes.element[number] = elementSize;
  }
  return sizes;
}

import type { BtfHeader } from "./header.ts";
import { RECORD_HEAD_SIZE } from "./record-sizes.ts";
import type { BtfType, TypeSource } from "./types.ts";

/** Record sizes as libbpf before 5.13 knew them, by the low four bits of the kind; undefined: it refuses the BTF. */
const SIZES: readonly ((vlen: number) => number)[] = [
  () => Number.NaN,
  () => 4,
  () => 0,
  () => 12,
  (vlen) => vlen * 12,
  (vlen) => vlen * 12,
  (vlen) => vlen * 8,
  () => 0,
  () => 0,
  () => 0,
  () => 0,
  () => 0,
  () => 0,
  (vlen) => vlen * 8,
  () => 4,
  (vlen) => vlen * 12,
];

/**
 * True if a reader that takes the kind for four bits wide, as libbpf did before Linux 5.13, gets through the types. To
 * it a FLOAT is kind 0, which it refuses; a DECL_TAG is an INT and a TYPE_TAG a PTR, of the same length; an ENUM64 is
 * an ARRAY, of the same length if it has one enumerator, and otherwise what follows is read at the wrong place.
 */
export function readableWithFourBitKinds(bytes: Uint8Array, { types, littleEndian }: BtfHeader): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = types.start;
  while (at + RECORD_HEAD_SIZE <= types.end) {
    const info = view.getUint32(at + 4, littleEndian);
    const size = SIZES[(info >>> 24) & 15]?.(info & 0xffff) ?? Number.NaN;
    if (!(at + RECORD_HEAD_SIZE + size <= types.end)) return false;
    at += RECORD_HEAD_SIZE + size;
  }
  return at === types.end;
}

/** The types as such a reader takes them. */
export function withFourBitKinds(source: TypeSource): TypeSource {
  const { littleEndian, kinds, fourBitKinds } = source;
  return { littleEndian, kinds, fourBitKinds, type: (id) => misread(source.type(id)) };
}

function misread(type: BtfType): BtfType {
  if (type.kind === "type_tag") return { kind: "ptr", type: type.type };
  // The number of elements is the high word of the only enumerator: nothing, unless it is beyond 32 bits.
  if (type.kind === "enum64") return { kind: "array", type: 0, indexType: 0, nelems: 0 };
  return type;
}

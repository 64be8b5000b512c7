import type { BtfMember } from "../types.ts";

/** The effect of `__attribute__((packed))` and `aligned(N)` on a record or a member. */
export interface Attributes {
  readonly packed: boolean;
  /** Bytes; 1 where nothing is said. */
  readonly aligned: number;
}

/** A member as it is declared, before it has a place. `bits` is undefined for one that is no bit-field. */
export interface DeclaredMember {
  readonly name: string;
  readonly type: number;
  readonly size: number;
  readonly align: number;
  readonly bits: number | undefined;
  readonly attributes: Attributes;
}

/** The places of the members, and the size and alignment of the whole in bytes. */
export interface PlacedRecord {
  readonly members: readonly BtfMember[];
  readonly size: number;
  readonly align: number;
}

/**
 * Lays members out as clang does for BPF, which is how it does for x86-64: each at its natural alignment, a bit-field
 * behind the one before it unless it would then cross a boundary of its type, one of no width on to the next boundary;
 * `packed` leaves no gaps, `aligned` only makes wider.
 */
export function placeMembers(declared: readonly DeclaredMember[], union: boolean, whole: Attributes): PlacedRecord {
  let end = 0;
  let next = 0;
  let align = whole.aligned;
  const members: BtfMember[] = [];
  for (const member of declared) {
    const bitOffset = nextOffset(union ? 0 : next, member, whole.packed);
    next = bitOffset + (member.bits ?? member.size * 8);
    end = Math.max(end, next);
    if (member.bits !== undefined && member.name === "") continue;
    align = Math.max(align, memberAlign(member, whole.packed));
    members.push({ name: member.name, type: member.type, bitOffset, bitfieldSize: member.bits ?? 0 });
  }
  return { members, size: roundUp(Math.ceil(end / 8), align), align };
}

/** The bit at which a member begins that is declared behind one that ends at bit `from`. */
export function nextOffset(from: number, member: Omit<DeclaredMember, "name" | "type">, packed: boolean): number {
  const align = memberAlign(member, packed);
  return member.bits === undefined ? roundUp(from, align * 8) : bitFieldOffset(from, member, align, packed);
}

/** The alignment in bytes that a member gives its record. */
export function memberAlign(
  { align, attributes }: Pick<DeclaredMember, "align" | "attributes">,
  packed: boolean,
): number {
  return Math.max(packed || attributes.packed ? 1 : align, attributes.aligned);
}

function bitFieldOffset(
  from: number,
  member: Omit<DeclaredMember, "name" | "type">,
  align: number,
  packed: boolean,
): number {
  const { bits = 0, size, attributes } = member;
  if (bits === 0) return roundUp(from, member.align * 8);
  if (attributes.aligned > 1) return roundUp(from, align * 8);
  if (packed || attributes.packed) return from;
  const unit = size * 8;
  const crosses = Math.floor(from / unit) !== Math.floor((from + bits - 1) / unit);
  return crosses ? roundUp(from, align * 8) : from;
}

/** `value` rounded up to a multiple of `to`. */
export function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

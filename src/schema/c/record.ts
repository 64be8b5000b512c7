import type { BtfMember } from "../../btf/types.ts";

/** What `__attribute__((packed))` and `aligned(N)` say of a record or a member. */
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

/** Where the members lie, in bytes and bits, and what the whole takes. */
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
    const memberAlign = alignmentOf(member, whole.packed);
    const from = union ? 0 : next;
    const bitOffset =
      member.bits === undefined ? roundUp(from, memberAlign * 8) : bitPlace(from, member, memberAlign, whole.packed);
    next = bitOffset + (member.bits ?? member.size * 8);
    end = Math.max(end, next);
    if (member.bits !== undefined && member.name === "") continue;
    align = Math.max(align, memberAlign);
    members.push({ name: member.name, type: member.type, bitOffset, bitfieldSize: member.bits ?? 0 });
  }
  return { members, size: roundUp(Math.ceil(end / 8), align), align };
}

function alignmentOf({ align, attributes }: DeclaredMember, packed: boolean): number {
  return Math.max(packed || attributes.packed ? 1 : align, attributes.aligned);
}

function bitPlace(from: number, member: DeclaredMember, memberAlign: number, packed: boolean): number {
  const { bits = 0, size, align, attributes } = member;
  if (bits === 0) return roundUp(from, align * 8);
  if (attributes.aligned > 1) return roundUp(from, memberAlign * 8);
  if (packed || attributes.packed) return from;
  const unit = size * 8;
  const crosses = Math.floor(from / unit) !== Math.floor((from + bits - 1) / unit);
  return crosses ? roundUp(from, memberAlign * 8) : from;
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

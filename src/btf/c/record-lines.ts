import { type DeclaredMember, memberAlign, nextOffset, roundUp } from "./place-members.ts";

/** A member with its place in the BTF and its text, without the semicolon: `u32 port`, `unsigned int low: 3`. */
export interface PlacedMember {
  readonly bitOffset: number;
  readonly text: string;
  readonly shape: Omit<DeclaredMember, "name" | "type">;
}

/** The lines of a record's body, and what makes a compiler lay it out as the BTF says. */
export interface RecordLines {
  readonly lines: readonly string[];
  readonly packed: boolean;
  readonly align: number;
}

/** The longest gap, in bytes, that unnamed bit-fields fill; a longer one takes an array. */
const MAX_BITS_GAP = 64;

/** The most structs in a union that members which overlap are shown by. */
const MAX_LANES = 256;

/** Bit-fields that fill gaps, the widest first. */
const FILLERS: readonly (readonly [bits: number, type: string])[] = [
  [64, "unsigned long long"],
  [32, "unsigned int"],
  [16, "unsigned short"],
];

/**
 * The body of a struct or union of `size` bytes. Where clang's own layout isn't that of the BTF there are unnamed
 * bit-fields between the members, or the record is packed; members that lie in one another, which no struct of C has,
 * stand in a union. Undefined where nothing helps: a member that reaches behind the end or begins inside a byte.
 * `paddingName` names a long gap.
 */
export function recordLines(
  members: readonly PlacedMember[],
  { union, size, paddingName }: { union: boolean; size: number; paddingName: () => string },
): RecordLines | undefined {
  if (members.some((member) => bitEnd(member) > size * 8)) return undefined;
  const whole = { size, paddingName };
  if (union) return unionLines(members, whole, false) ?? unionLines(members, whole, true) ?? lanes(members, whole);
  const sorted = members.toSorted((a, b) => a.bitOffset - b.bitOffset);
  return structLines(sorted, whole, false) ?? structLines(sorted, whole, true) ?? lanes(sorted, whole);
}

interface Whole {
  readonly size: number;
  readonly paddingName: () => string;
}

function structLines(members: readonly PlacedMember[], whole: Whole, packed: boolean): RecordLines | undefined {
  const lines: string[] = [];
  let end = 0;
  let align = 1;
  for (const member of members) {
    const { bitOffset, shape, text } = member;
    if (bitOffset < end) return undefined;
    if (nextOffset(end, shape, packed) !== bitOffset) {
      if (nextOffset(bitOffset, shape, packed) !== bitOffset) return undefined;
      lines.push(...padding(end, bitOffset, whole.paddingName));
    }
    lines.push(`${text};`);
    align = Math.max(align, memberAlign(shape, packed));
    end = bitEnd(member);
  }
  if (whole.size % align !== 0) return undefined;
  if (roundUp(Math.ceil(end / 8), align) < whole.size) lines.push(...padding(end, whole.size * 8, whole.paddingName));
  return { lines, packed, align };
}

function unionLines(members: readonly PlacedMember[], whole: Whole, packed: boolean): RecordLines | undefined {
  if (members.some(({ bitOffset }) => bitOffset !== 0)) return undefined;
  const align = members.reduce((most, { shape }) => Math.max(most, memberAlign(shape, packed)), 1);
  if (whole.size % align !== 0) return undefined;
  const lines = members.map(({ text }) => `${text};`);
  const end = Math.ceil(members.reduce((most, member) => Math.max(most, bitEnd(member)), 0) / 8);
  if (roundUp(end, align) < whole.size) lines.push(`unsigned char ${whole.paddingName()}[${whole.size}];`);
  return { lines, packed, align };
}

/** Members that overlap, in as few packed structs as hold them, one on top of the other. */
function lanes(members: readonly PlacedMember[], whole: Whole): RecordLines | undefined {
  const structs: { end: number; members: PlacedMember[] }[] = [];
  for (const member of members) {
    const lane = structs.find(({ end }) => end <= member.bitOffset);
    if (lane === undefined && structs.length === MAX_LANES) return undefined;
    if (lane === undefined) structs.push({ end: bitEnd(member), members: [member] });
    else {
      lane.members.push(member);
      lane.end = bitEnd(member);
    }
  }
  const bodies = structs.map((lane) => structLines(lane.members, whole, true));
  const lines: string[] = ["union {"];
  for (const body of bodies) {
    if (body === undefined) return undefined;
    lines.push("\tstruct {", ...body.lines.map((line) => `\t\t${line.replaceAll("\n", "\n\t\t")}`));
    lines.push("\t} __attribute__((packed));");
  }
  return { lines: [...lines, "};"], packed: true, align: 1 };
}

/** Lines that fill the bits from one place to another. */
function padding(from: number, to: number, paddingName: () => string): string[] {
  const lines: string[] = [];
  for (let at = from; at < to; ) {
    const bytes = Math.floor((to - at) / 8);
    if (at % 8 === 0 && bytes > MAX_BITS_GAP) {
      lines.push(`unsigned char ${paddingName()}[${bytes}];`);
      at += bytes * 8;
      continue;
    }
    const filler = FILLERS.find(([bits]) => at % bits === 0 && at + bits <= to);
    const [bits, type] = filler ?? [Math.min(8 - (at % 8), to - at), "unsigned char"];
    lines.push(`${type}: ${bits};`);
    at += bits;
  }
  return lines;
}

function bitEnd({ bitOffset, shape }: PlacedMember): number {
  return bitOffset + (shape.bits ?? shape.size * 8);
}

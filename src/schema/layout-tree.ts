import { EbpfMapError } from "../errors.ts";
import type { Layout, RecordLayout, SectionLayout } from "./layout.ts";
import { type Member, membersOfRecord } from "./named-fields.ts";
import { type Gap, gapsOf } from "./padding.ts";
import { unitOf } from "./unit.ts";

/** The most lines that a layout is shown in. */
const MAX_LINES = 20_000;

/** One line of a layout: where it begins and what it takes, in bytes or, inside of a byte, bits. */
interface Line {
  readonly from: number;
  readonly bits: number;
  readonly depth: number;
  readonly name: string;
  /** With the unit of the field, where a tag gives one. */
  readonly type: string;
}

/** A line without its type. */
type Position = Omit<Line, "type"> & { readonly tags?: readonly string[] | undefined };

/**
 * A layout as text: a line for each field with its offset, size, name and type, nested ones indented; holes and padding
 * have lines of their own. Offsets are from the start of the whole; a bit-field's are `byte:bit`.
 */
export function layoutTree(layout: Layout, name: string): string {
  return layoutLines(layout, name).map(textOf).join("");
}

/** One line of `layoutTree` in its parts; offset and size are texts, since those of bit-fields are no numbers. */
export interface LayoutLine {
  readonly offset: string;
  readonly size: string;
  readonly depth: number;
  readonly name: string;
  readonly type: string;
}

/** The lines of `layoutTree`. */
export function layoutLines(layout: Layout, name: string): LayoutLine[] {
  const lines: Line[] = [];
  addLines(lines, layout, { from: 0, bits: layout.size * 8, depth: 0, name });
  return lines.map(shownLine);
}

function addLines(lines: Line[], layout: Layout, position: Position): void {
  addLine(lines, layout, position);
  if (isRecord(layout)) addParts(lines, layout, membersOfRecord(layout), position);
  else if (layout.kind === "array") {
    const element = innermost(layout);
    if (isRecord(element)) addParts(lines, element, membersOfRecord(element), position);
  }
}

function addLine(lines: Line[], layout: Layout, { tags, ...position }: Position): void {
  if (lines.length >= MAX_LINES) {
    throw new EbpfMapError("LAYOUT_INVALID", `show a type: it has more than ${MAX_LINES} parts`);
  }
  const unit = unitOf(tags, layout.tags);
  lines.push({ ...position, type: (layout.typeName || layout.kind) + (unit === undefined ? "" : `, in ${unit}`) });
}

/** The members of a record that begins at `from`, and its holes. */
function addParts(
  lines: Line[],
  layout: RecordLayout | SectionLayout,
  members: readonly Member[],
  { from, depth }: Position,
): void {
  const parts = members.map((member) => ({ member, at: member.field.bitOffset }));
  const gaps = gapsOf(layout).map((gap) => ({ gap, at: gap.from }));
  for (const item of [...parts, ...gaps].sort((a, b) => a.at - b.at)) {
    if ("gap" in item) lines.push(gapLine(item.gap, { from, depth, size: layout.size }));
    else addMember(lines, item.member, { from: from + item.at, depth: depth + 1 });
  }
}

function addMember(
  lines: Line[],
  { name, field, members }: Member,
  { from, depth }: Pick<Position, "from" | "depth">,
): void {
  const { layout, bitfieldBits, tags } = field;
  const whole = layout.kind === "int" ? layout.bits : layout.size * 8;
  const position = { from, bits: bitfieldBits || whole, depth, name, tags };
  if (members === undefined || !isRecord(layout)) addLines(lines, layout, position);
  else {
    addLine(lines, layout, position);
    addParts(lines, layout, members, position);
  }
}

function gapLine({ from, to }: Gap, record: { from: number; depth: number; size: number }): Line {
  const what = to === record.size * 8 ? "(padding)" : "(hole)";
  return { from: record.from + from, bits: to - from, depth: record.depth + 1, name: what, type: "" };
}

function innermost(layout: Layout): Layout {
  return layout.kind === "array" ? innermost(layout.element) : layout;
}

function isRecord(layout: Layout): layout is RecordLayout | SectionLayout {
  return layout.kind === "struct" || layout.kind === "union" || layout.kind === "section";
}

function shownLine({ from, bits, depth, name, type }: Line): LayoutLine {
  const isBits = from % 8 !== 0 || bits % 8 !== 0;
  const offset = isBits ? `${Math.floor(from / 8)}:${from % 8}` : `${from / 8}`;
  const size = isBits ? `${bits} bits` : `${bits / 8}`;
  return { offset, size, depth, name: onOneLine(name) || "(anonymous)", type: onOneLine(type) };
}

function textOf({ offset, size, depth, name, type }: LayoutLine): string {
  const columns = `${offset.padStart(8)} ${size.padStart(8)}  ${"  ".repeat(depth)}${name}`;
  return `${type === "" ? columns : `${columns.padEnd(44)} ${type}`}\n`;
}

/** Escapes control characters and line separators, which a name may have: each field is one line. */
function onOneLine(name: string): string {
  return name.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

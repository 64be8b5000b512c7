import type { Layout } from "../../schema/layout.ts";
import { type Member, membersOfRecord } from "../../schema/named-fields.ts";
import { elementOf, type Field, isText, memberText, wholeField } from "../access/field.ts";

/** The most texts that are examined in a key; real keys have a few. */
const MAX_TEXTS = 256;

/** A text in a key: the offset and number of its bytes. */
interface KeyText {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
}

/**
 * Finds keys that have bytes behind the NUL of a text. The kernel compares all bytes of a key, so keys that look the
 * same may differ in these.
 */
export class HiddenBytes {
  /** The number of keys with such bytes. */
  keys = 0;
  /** The first text that has some. */
  path: string | undefined;
  readonly #texts: readonly KeyText[];

  constructor(key: Layout | undefined) {
    this.#texts = key === undefined ? [] : textsIn(wholeField("key", key));
  }

  get hasTexts(): boolean {
    return this.#texts.length > 0;
  }

  /** Examines the keys of a batch, which are `size` bytes apart. */
  scan(keys: Uint8Array, count: number, size: number): void {
    if (this.#texts.length === 0) return;
    for (let i = 0, at = 0; i < count; i++, at += size) {
      const text = this.#texts.find((one) => hasHidden(keys, at + one.offset, one.size));
      if (text === undefined) continue;
      this.keys += 1;
      this.path ??= text.path;
    }
  }
}

function hasHidden(bytes: Uint8Array, at: number, size: number): boolean {
  const end = at + size;
  let i = at;
  while (i < end && bytes[i] !== 0) i += 1;
  while (i < end && bytes[i] === 0) i += 1;
  return i < end;
}

/** Returns the texts of a key, but for those in unions: bytes behind their NUL may belong to another member. */
function textsIn(key: Field): KeyText[] {
  const texts: KeyText[] = [];
  const visit = (field: Field): void => {
    const { layout, path, bitOffset } = field;
    if (texts.length >= MAX_TEXTS) return;
    if (isText(layout) || (layout.kind === "array" && layout.rendering === "char")) {
      texts.push({ path, offset: bitOffset / 8, size: layout.size });
    } else if (layout.kind === "array" && layout.element.kind !== "int") {
      for (let i = 0; i < Math.min(layout.length, MAX_TEXTS); i++) visit(elementOf(field, i) as Field);
    } else if (layout.kind === "struct") visitMembers(field, membersOfRecord(layout));
  };
  const visitMembers = (record: Field, members: readonly Member[]): void => {
    for (const { name, bitOffset, field, members: inner } of members) {
      const { layout, bitfieldBits } = field;
      const path = record.path + memberText(name);
      if (inner === undefined)
        visit({ ...record, path, layout, bitOffset: record.bitOffset + bitOffset, bitfieldBits });
      else if (layout.kind !== "union") visitMembers(record, inner);
    }
  };
  visit(key);
  return texts;
}

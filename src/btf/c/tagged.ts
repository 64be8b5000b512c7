import type { BtfType } from "../types.ts";

export type RecordType = Extract<BtfType, { kind: "struct" | "union" }>;
export type EnumType = Extract<BtfType, { kind: "enum" | "enum64" }>;

/** Types that C names by a keyword and a tag. */
export type TaggedType = RecordType | EnumType | Extract<BtfType, { kind: "fwd" }>;

/** True if C names types like this one by a keyword and a tag. */
export function isTagged(type: BtfType): type is TaggedType {
  return isRecordType(type) || type.kind === "enum" || type.kind === "enum64" || type.kind === "fwd";
}

export function isRecordType(type: BtfType): type is RecordType {
  return type.kind === "struct" || type.kind === "union";
}

/** The keyword that C has in front of a tag. */
export function keywordOf(type: TaggedType): "struct" | "union" | "enum" {
  if (type.kind === "fwd") return type.union ? "union" : "struct";
  return type.kind === "enum64" ? "enum" : type.kind;
}

/** The words of a type in front of a declarator: `const char *name`, `int[4]`. */
export function joined(front: string, declarator: string): string {
  return front === "" || declarator === "" || declarator.startsWith("[")
    ? front + declarator
    : `${front} ${declarator}`;
}

/** Arrays and parameters bind closer than the `*` of a pointer. */
export function parenthesized(declarator: string): string {
  return declarator.startsWith("*") ? `(${declarator})` : declarator;
}

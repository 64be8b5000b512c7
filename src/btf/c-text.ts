import { bytesFromText } from "../bytes.ts";
import { declare, keyword, MAX_DEPTH, type Speller, type TaggedType } from "./c-declarator.ts";
import { isPacked, resolveModifiers } from "./resolve.ts";
import type { BtfMember, BtfType, TypeSource } from "./types.ts";

type RecordType = Extract<BtfType, { kind: "struct" | "union" }>;
type EnumType = Extract<BtfType, { kind: "enum" | "enum64" }>;

/**
 * The most types, members and enumerators that one declaration shows; more than in any type of the kernel. Long names
 * count for several.
 */
const MAX_STEPS = 20_000;

/** The longest name that is shown whole: longer than any that the kernel takes. Bounds the text of hostile BTF. */
const MAX_NAME_LENGTH = 512;

/** How GCC and clang are told the size of an enum that isn't an int's. */
const ENUM_MODES: Readonly<Record<number, string>> = { 1: "QI", 2: "HI", 8: "DI" };

/**
 * C text of a type with its members, anonymous records inline. A compiler takes it when the other types that it names
 * are declared before; what C can't declare without a name (an int, a pointer) is just spelled. A character that C has
 * in no name shows as `\xNN` for each of its bytes, so no name can pose as code or end a comment. Types that are
 * nested too deeply or too large are cut with `...`.
 */
export function cDeclaration(source: TypeSource, id: number): string {
  return declarationOf(speller(source, { left: MAX_STEPS }, 0), id, source.type(id));
}

function declarationOf(spell: Speller, id: number, type: BtfType): string {
  switch (type.kind) {
    case "struct":
    case "union":
    case "enum":
    case "enum64":
      return `${taggedText(spell, type)};`;
    case "typedef":
      return `typedef ${declare(spell, type.type, spell.name(type.name))};`;
    case "var":
    case "func":
      return `${declare(spell, type.type, spell.name(type.name))};`;
    case "datasec":
      return [`/* section ${spell.name(type.name)} */`, ...sectionLines(spell, type.vars)].join("\n");
    case "decl_tag":
      return `/* tag ${spell.name(type.name)} */ ${declare(spell, type.type, "")}`;
    case "fwd":
      return `${declare(spell, id, "")};`;
    default:
      return declare(spell, id, "");
  }
}

function speller(source: TypeSource, budget: { left: number }, depth: number): Speller {
  return {
    source,
    name: (name) => {
      budget.left -= name.length >> 5;
      return visibleName(name);
    },
    anonymous: (type) => taggedText(speller(source, budget, depth + 1), type),
    paramNames: true,
    budget,
    depth,
  };
}

/** A record or enum with its body, without the last semicolon. */
function taggedText(spell: Speller, type: TaggedType): string {
  const head = [keyword(type), spell.name(type.name)].filter(Boolean).join(" ");
  if (type.kind === "fwd") return head;
  if (spell.depth > MAX_DEPTH) return `${head} { /* ... */ }`;
  const indent = "\t".repeat(spell.depth);
  const lines = type.kind === "enum" || type.kind === "enum64" ? enumLines(spell, type) : memberLines(spell, type);
  const body = lines.map((line) => `${indent}\t${line}\n`).join("");
  return `${head} {\n${body}${indent}}${attribute(spell.source, type)}`;
}

function memberLines(spell: Speller, { members }: RecordType): string[] {
  return cut(spell, members, (member) => {
    const text = declare(spell, member.type, spell.name(member.name));
    const bits = bitfieldBits(spell.source, member);
    return bits === 0 ? `${text};` : `${text}: ${bits};`;
  });
}

/** The width of a bit-field, also in BTF without kind_flag, where each has an integer type of that width. */
function bitfieldBits(source: TypeSource, { type, bitfieldSize }: BtfMember): number {
  if (bitfieldSize > 0) return bitfieldSize;
  const resolved = source.type(resolveModifiers(source, type));
  return resolved.kind === "int" && resolved.bits < 8 * resolved.size ? resolved.bits : 0;
}

function enumLines(spell: Speller, type: EnumType): string[] {
  if (type.kind === "enum") {
    return cut(spell, type.values, ({ name, value }) => {
      return `${spell.name(name)} = ${type.signed ? value : value >>> 0},`;
    });
  }
  return cut(spell, type.values, ({ name, value }) => {
    return `${spell.name(name)} = ${type.signed ? `${BigInt.asIntN(64, value)}LL` : `${value}ULL`},`;
  });
}

type SectionVars = Extract<BtfType, { kind: "datasec" }>["vars"];

function sectionLines(spell: Speller, vars: SectionVars): string[] {
  return cut(spell, vars, ({ type }) => {
    const variable = spell.source.type(type);
    return `${declare(spell, type, "name" in variable ? spell.name(variable.name) : "")};`;
  });
}

/** One line for each item, until the budget is used up. */
function cut<T>(spell: Speller, items: readonly T[], line: (item: T) => string): string[] {
  const lines: string[] = [];
  for (const item of items) {
    if (spell.budget.left-- <= 0) return [...lines, "/* ... */"];
    lines.push(line(item));
  }
  return lines;
}

function attribute(source: TypeSource, type: RecordType | EnumType): string {
  if (type.kind === "struct" || type.kind === "union") return isPacked(source, type) ? " __attribute__((packed))" : "";
  const mode = ENUM_MODES[type.size];
  return mode === undefined ? "" : ` __attribute__((mode(${mode})))`;
}

function visibleName(name: string): string {
  const shown = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}...` : name;
  return shown.replace(/[^\w$. ]/gu, (char) =>
    Array.from(bytesFromText(char), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

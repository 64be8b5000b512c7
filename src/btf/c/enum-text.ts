import type { EnumType } from "./tagged.ts";

/** The attributes by which GCC and clang are told the size of an enum that isn't an int's. */
const ENUM_MODES: Readonly<Record<number, string>> = { 1: "QI", 2: "HI", 8: "DI" };

/** True if an enum of C can have so many bytes. */
export function isEnumSize(size: number): boolean {
  return size === 4 || size in ENUM_MODES;
}

/** `{ … }` of an enum with the attribute that gives it its size. `take` makes a name of its own of an enumerator's. */
export function enumBody(type: EnumType, take: (name: string) => string): string {
  const lines = type.values.map(({ name, value }) => {
    const exact = exactValue(value, type);
    return isInSize(exact, type) ? `\t${take(name === "" ? "value" : name)} = ${literal(exact, type)},\n` : "";
  });
  // C has no enum without names.
  const body = lines.join("") || `\t${take("__no_values")},\n`;
  const mode = ENUM_MODES[type.size];
  return `{\n${body}}${mode === undefined ? "" : ` __attribute__((mode(${mode})))`}`;
}

function exactValue(value: number | bigint, { kind, signed }: EnumType): bigint {
  if (kind === "enum") return BigInt(signed ? value : Number(value) >>> 0);
  return signed ? BigInt.asIntN(64, BigInt(value)) : BigInt(value);
}

/** A compiler refuses a value that the enum's size can't hold; none writes one. */
function isInSize(value: bigint, { size, signed }: EnumType): boolean {
  return value === (signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value));
}

function literal(value: bigint, { kind, signed }: EnumType): string {
  if (kind === "enum") return String(value);
  if (!signed) return `${value}ULL`;
  // The digits of the smallest number are out of range before they have their sign.
  return value === -(2n ** 63n) ? `${value + 1n}LL - 1` : `${value}LL`;
}

import { type Field, type IntegerBits, integerBits } from "../../codec/access/field.ts";
import { addressText } from "../../codec/keys/addresses.ts";
import type { ComparedConstant, ConstantComparison } from "./comparisons.ts";
import { durationOf } from "./terms/time-text.ts";

/**
 * Reasons why a filter may have kept nothing, one sentence for each comparison that looks like a mistake: a field is
 * compared as it is shown rather than as it is stored, or with a number that it can't hold.
 */
export function emptyHints(comparisons: readonly ConstantComparison[]): string[] {
  return [...new Set(comparisons.flatMap((one) => storedHint(one) ?? rangeHint(one) ?? []))];
}

/** The form in which numbers of a field are stored, and the comparison in that form. */
interface StoredForm {
  readonly reason: string;
  readonly meant: (comparison: ConstantComparison) => string | undefined;
}

function storedHint(comparison: ConstantComparison): string | undefined {
  if (!comparison.constants.every(isPlainNumber)) return undefined;
  const form = storedForm(comparison.field);
  const meant = form?.meant(comparison);
  return meant === undefined ? undefined : `\`${comparison.text}\` is ${form?.reason}; did you mean \`${meant}\`?`;
}

function isPlainNumber({ value, madeBy }: ComparedConstant): boolean {
  return madeBy === undefined && (typeof value === "bigint" || typeof value === "number");
}

function storedForm(field: Field): StoredForm | undefined {
  const width = networkBits(field);
  if (width !== undefined) {
    const meant = field.layout.rendering === "ipv4" ? inAddressForm : inNetworkOrder(width);
    return { reason: "in network byte order", meant };
  }
  const { rendering } = field.layout;
  return rendering !== undefined && Object.hasOwn(STORED_FORMS, rendering) ? STORED_FORMS[rendering] : undefined;
}

/** Types of the kernel that say so in their name. */
const BIG_ENDIAN_TYPE = /^__(?:be(?:16|32|64)|sum16)$/;
const NETWORK_RENDERERS: readonly (string | undefined)[] = ["port", "ipv4"];

/** The bits of an integer in network byte order; undefined for anything else. */
function networkBits({ layout, bitfieldBits }: Field): 16 | 32 | 64 | undefined {
  const isNetwork = NETWORK_RENDERERS.includes(layout.rendering) || BIG_ENDIAN_TYPE.test(layout.typeName);
  if (layout.kind !== "int" || bitfieldBits > 0 || !isNetwork) return undefined;
  const bits = layout.size * 8;
  return bits === 16 || bits === 32 || bits === 64 ? bits : undefined;
}

const FROM_HOST = { 16: "htons", 32: "htonl", 64: "htonll" } as const;
const TO_HOST = { 16: "ntohs", 32: "ntohl", 64: "ntohll" } as const;

function inNetworkOrder(width: 16 | 32 | 64): StoredForm["meant"] {
  return (comparison) => {
    if (!comparison.constants.every(({ value }) => fits(value, width))) return undefined;
    if (!isEquality(comparison)) return ordered(comparison, `${TO_HOST[width]}(${comparison.text})`);
    return withConstants(comparison, ({ text }) => `${FROM_HOST[width]}(${text})`);
  };
}

/** An address that was written as a number reads best as an address. */
function inAddressForm(comparison: ConstantComparison): string | undefined {
  if (!comparison.constants.every(({ value }) => fits(value, 32))) return undefined;
  if (!isEquality(comparison)) return ordered(comparison, `ntohl(${comparison.text})`);
  return withConstants(comparison, ({ value }) => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, Number(value));
    return `ip("${addressText(bytes)}")`;
  });
}

function fits(value: ComparedConstant["value"], width: number): boolean {
  return typeof value === "bigint" && value >= 0n && value < 1n << BigInt(width);
}

/** Forms by the name of the renderer. */
const STORED_FORMS: Readonly<Record<string, StoredForm>> = {
  duration: { reason: "in nanoseconds", meant: (one) => withForms(one, seconds) },
  age: {
    reason: "a time since boot in nanoseconds, of which the age is shown",
    meant: (one) => withForms({ ...one, text: `now() - ${one.text}` }, seconds),
  },
  ktime: { reason: "in nanoseconds since boot", meant: (one) => withForms(one, sinceBoot) },
  bytes: { reason: "in bytes", meant: (one) => withForms(one, mebibytes) },
  hex: { reason: "shown in hexadecimal", meant: (one) => withForms(one, hexadecimal) },
  char: { reason: "shown as a character", meant: (one) => withForms(one, digitCharacter) },
};

/** The form of a constant that was probably meant; undefined where it may well be what is stored. */
type ConstantForm = (constant: ComparedConstant) => string | undefined;

function seconds({ value }: ComparedConstant): string | undefined {
  const text = `${value}s`;
  return isSmall(value) && durationOf(text) !== undefined ? `duration("${text}")` : undefined;
}

function mebibytes({ text, value }: ComparedConstant): string | undefined {
  if (!isSmall(value)) return undefined;
  return `${/^\w+$/.test(text) ? text : `(${text})`} * 1024 * 1024`;
}

function hexadecimal({ text }: ComparedConstant): string | undefined {
  return /^\d{1,16}$/.test(text) ? `0x${text}` : undefined;
}

function digitCharacter({ text }: ComparedConstant): string | undefined {
  return /^\d$/.test(text) ? String(text.charCodeAt(0)) : undefined;
}

/** The years from 2001 to 2099 in seconds, and the units in which a date may be written: so many in a second. */
const [FIRST_DATE, END_OF_DATES] = [1e9, 4.1e9];
const DATE_UNITS: readonly number[] = [1, 1e3, 1e6, 1e9];

/** A number that looks like a date is one; a small one is a number of seconds before now. */
function sinceBoot(constant: ComparedConstant): string | undefined {
  const number = Number(constant.value);
  const unit = DATE_UNITS.find((perSecond) => number >= FIRST_DATE * perSecond && number < END_OF_DATES * perSecond);
  if (unit !== undefined) return `timestamp("${new Date((number / unit) * 1000).toISOString()}")`;
  const ago = seconds(constant);
  return ago && `now() - ${ago}`;
}

/** A number that a person writes with a unit in mind; a larger one is more likely what is stored. */
function isSmall(value: ComparedConstant["value"]): boolean {
  return Math.abs(Number(value)) < 1_000_000;
}

/** The comparison with all of its constants in another form; undefined where one of them has none. */
function withForms(comparison: ConstantComparison, form: ConstantForm): string | undefined {
  const forms = new Map(comparison.constants.map((constant) => [constant, form(constant)]));
  if ([...forms.values()].includes(undefined)) return undefined;
  return withConstants(comparison, (constant) => forms.get(constant) ?? constant.text);
}

function isEquality({ operator }: ConstantComparison): boolean {
  return operator !== "<" && operator !== "<=" && operator !== ">" && operator !== ">=";
}

function ordered({ operator, constants }: ConstantComparison, text: string): string {
  return `${text} ${operator} ${constants[0]?.text}`;
}

/** The comparison with its constants in another form. */
function withConstants(
  { text, operator, constants }: ConstantComparison,
  form: (constant: ComparedConstant) => string,
): string {
  const forms = constants.map(form);
  if (operator === "contains") return `${forms[0]} in ${text}`;
  return operator === "in" ? `${text} in [${forms.join(", ")}]` : `${text} ${operator} ${forms[0]}`;
}

/** A comparison that no value of the field fulfils. */
function rangeHint({ field, text, operator, constants }: ConstantComparison): string | undefined {
  const bits = integerBits(field);
  if (bits === undefined || field.layout.kind === "enum") return undefined;
  const { min, max } = boundsOf(bits);
  const isNever = ({ value }: ComparedConstant): boolean => {
    if (typeof value !== "bigint" && typeof value !== "number") return false;
    switch (operator) {
      case "==":
      case "in":
      case "contains":
        return value < min || value > max;
      case "<":
        return value <= min;
      case "<=":
        return value < min;
      case ">":
        return value >= max;
      case ">=":
        return value > max;
      case "!=":
        return false;
    }
    return operator satisfies never;
  };
  if (!constants.every(isNever)) return undefined;
  const subject = operator === "contains" ? `an element of \`${text}\`` : `\`${text}\``;
  return `${subject} holds ${bits.width} bits: ${min} to ${max}`;
}

function boundsOf({ width, signed }: IntegerBits): { readonly min: bigint; readonly max: bigint } {
  const size = 1n << BigInt(signed ? width - 1 : width);
  return { min: signed ? -size : 0n, max: size - 1n };
}

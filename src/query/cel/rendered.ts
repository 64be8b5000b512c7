import { type Field, membersOf } from "../../codec/access/field.ts";
import { CEL_KEYWORDS } from "./parse.ts";
import { durationOf, timestampOf } from "./terms/time-text.ts";

/**
 * The form in which a field is compared with a text that its renderer prints: `as a duration: duration("1.5ms")`.
 * Undefined for a field without a renderer, or a text that is none of its texts.
 */
export function shownAs(field: Field, text: string): string | undefined {
  const { rendering } = field.layout;
  if (rendering === undefined || !Object.hasOwn(FORMS, rendering)) return undefined;
  return FORMS[rendering]?.(text, celPath(field), field);
}

/** The bits of the prefix length in front of an address. */
const PREFIX_BITS = 32;

type Form = (text: string, path: string, field: Field) => string | undefined;

const FORMS: Readonly<Record<string, Form>> = {
  port: (text) => (/^\d{1,5}$/.test(text) ? `as a port: htons(${text})` : undefined),
  mac: (text, path) => {
    const digits = text.replaceAll(":", "").toLowerCase();
    return /^[0-9a-f]{12}$/.test(digits) ? `as digits: hex(${path}) == "${digits}"` : undefined;
  },
  cidr: (text, path, field) => {
    if (!text.includes("/")) return undefined;
    const address = membersOf(field).find(({ bitOffset }) => bitOffset === field.bitOffset + PREFIX_BITS);
    return `as a network: inCidr(${address === undefined ? path : celPath(address)}, "${text}")`;
  },
  char: (text) => (text.length === 1 ? `as a number: ${text.charCodeAt(0)}` : undefined),
  hex: (text, path, { layout }) => {
    if (!/^(?:0x)?[0-9a-f]+$/i.test(text)) return undefined;
    if (layout.kind === "array") return `as digits: hex(${path}) == "${text.toLowerCase()}"`;
    return `as a number: ${/^0x/i.test(text) ? text : `0x${text}`}`;
  },
  duration: (text) => (durationOf(text) === undefined ? undefined : `as a duration: duration("${text}")`),
  age: (text, path) =>
    durationOf(text) === undefined ? undefined : `as an age: now() - ${path} > duration("${text}")`,
  ktime: (text) => (timestampOf(text) === undefined ? undefined : `as a time: timestamp("${text}")`),
  bytes: (text) => {
    const bytes = bytesOf(text);
    return bytes === undefined ? undefined : `in bytes: ${bytes}`;
  },
  ...Object.fromEntries(
    ["ifindex", "errno", "ipproto", "signal", "syscall", "ksym", "cgroup", "uid"].map((name) => [
      name,
      () => BY_NUMBER,
    ]),
  ),
};

const BY_NUMBER = 'by its number, which -o ndjson shows as "value"';

/** The path of a field as CEL takes it. */
export function celPath({ path }: Pick<Field, "path">): string {
  return path.replace(/"(?:[^"\\]|\\.)*"|\.(\w+)/g, (step, name: string | undefined) =>
    name !== undefined && CEL_KEYWORDS.has(name) ? `["${name}"]` : step,
  );
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** The number in a text such as `1.5 MiB`. */
function bytesOf(text: string): number | undefined {
  const [, number, unit = ""] = /^(-?\d+(?:\.\d+)?) ([KMGTPE]?i?B)$/.exec(text) ?? [];
  const power = BYTE_UNITS.indexOf(unit);
  return number === undefined || power < 0 ? undefined : Math.round(Number(number) * 1024 ** power);
}

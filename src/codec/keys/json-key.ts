import { bytesFromText } from "../../bytes.ts";
import { EbpfMapError } from "../../errors.ts";
import { suggestion } from "../../nearest.ts";
import type { Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import type { Member } from "../../schema/named-fields.ts";
import { isText, memberText } from "../access/field.ts";
import { addressBytes } from "./addresses.ts";
import { compileWriter, type Spelling } from "./key-writer.ts";
import { integerOf } from "./scalar-writer.ts";
import { TypeMismatch } from "./type-mismatch.ts";

/** A key in JSON. Integers of any size may be bigints. */
export type KeyValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | readonly KeyValue[]
  | { readonly [name: string]: KeyValue };

/**
 * Encodes a key in JSON as `size` bytes: all fields of a struct, one member of a union, all elements of an array.
 * Padding is zero. Enums are given by name, IP and hardware addresses as text, char arrays as strings, and the exact
 * bytes of any field as `{"$hex":"…"}`.
 *
 * @throws {EbpfMapError} KEY_INVALID; the message names the field, its type and its range.
 */
export function encodeKey(layout: Layout, size: number, key: KeyValue): Uint8Array {
  const bytes = new Uint8Array(size);
  try {
    compileWriter(layout, JSON_SPELLING)({ bytes, written: new Uint8Array(size) }, 0, key);
    return bytes;
  } catch (error) {
    throw error instanceof TypeMismatch ? keyError(error) : error;
  }
}

/** Thrown for members that a record does not accept together; `sentence` says why. */
class MembersMismatch extends TypeMismatch {
  readonly sentence: string;

  constructor(layout: RecordLayout | SectionLayout, sentence: string) {
    super(layout.typeName || `anonymous ${layout.kind}`, { kind: "overlap" }, undefined);
    this.sentence = sentence;
  }
}

const JSON_SPELLING: Spelling = {
  bytes(layout, value) {
    const exact = hexBytes(layout, value);
    if (exact !== undefined) return exact;
    if (layout.kind === "opaque")
      throw new TypeMismatch(layout.typeName || layout.reason, { kind: "unknown bytes" }, value);
    if (layout.kind === "int" && layout.encoding === "bool" && typeof value !== "boolean")
      throw new TypeMismatch(layout.typeName || "bool", { kind: "bool" }, value);
    if (layout.rendering === "port") return portBytes(value);
    return typeof value === "string" && !isText(layout) ? textBytes(layout, value) : undefined;
  },
  members(layout, members, given) {
    checkUnions(layout, layout.kind, members, given);
    const missing = missingMembers(layout.kind, members, given);
    if (missing.length > 0) throw new MembersMismatch(layout, `lacks ${quoted(missing)}`);
  },
};

/** Returns the exact bytes of a field, or of the key, given as `{"$hex":"0a00"}`. Undefined for any other value. */
function hexBytes(layout: Layout, value: unknown): Uint8Array | undefined {
  if (typeof value !== "object" || value === null || !("$hex" in value) || Object.keys(value).length > 1)
    return undefined;
  const digits = value.$hex;
  if (typeof digits === "string" && digits.length === 2 * layout.size && /^[0-9a-f]*$/i.test(digits))
    return Buffer.from(digits, "hex");
  throw new TypeMismatch(layout.typeName || layout.kind, { kind: "hex", size: layout.size }, digits);
}

/** Returns a port in network order; undefined for a value out of range, which is refused like any other integer. */
function portBytes(value: unknown): Uint8Array | undefined {
  const port = Number(integerOf(value) ?? -1);
  return port >= 0 && port <= 0xffff ? Uint8Array.of(port >> 8, port & 0xff) : undefined;
}

/** Returns the bytes of a network, hexadecimal digits, an IP address or a hardware address given as text. */
function textBytes(layout: Layout, text: string): Uint8Array | undefined {
  if (layout.rendering === "cidr") return cidrBytes(layout, text);
  if (layout.rendering === "hex" && new RegExp(`^[0-9a-f]{${2 * layout.size}}$`, "i").test(text))
    return Buffer.from(text, "hex");
  if (layout.size === 6 && /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text))
    return Buffer.from(text.replaceAll(":", ""), "hex");
  const address = layout.kind === "enum" ? undefined : addressBytes(text);
  return address?.length === layout.size ? address : undefined;
}

/**
 * Returns the prefix length in host order and the address. An address without a length is the network of itself alone.
 */
function cidrBytes(layout: Layout, text: string): Uint8Array {
  const bits = (layout.size - 4) * 8;
  const [, network = "", given = String(bits)] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = addressBytes(network);
  const prefix = Number(given);
  if (address === undefined || address.length * 8 !== bits || prefix > bits)
    throw new TypeMismatch(layout.typeName || layout.kind, { kind: "network", bits }, text);
  return Uint8Array.of(prefix, 0, 0, 0, ...address);
}

/** Refuses several members of one union, anonymous ones included. Returns whether any member of the record is given. */
function checkUnions(
  whole: RecordLayout | SectionLayout,
  kind: Layout["kind"],
  members: readonly Member[],
  given: ReadonlySet<string>,
): boolean {
  const used = members.filter(({ name, field, members: inner }) =>
    inner === undefined ? given.has(name) : checkUnions(whole, field.layout.kind, inner, given),
  );
  if (kind === "union" && used.length > 1) {
    const names = used.map(({ name }) => (name === "" ? "an anonymous member" : `\`${name}\``)).join(" and ");
    throw new MembersMismatch(whole, `takes one of ${names}: they share their bytes`);
  }
  return used.length > 0;
}

/** Returns the members that are missing: of a struct all that are not given; of a union, all unless one is given. */
function missingMembers(kind: Layout["kind"], members: readonly Member[], given: ReadonlySet<string>): string[] {
  const missing = members.map(({ name, field, members: inner }) => {
    if (inner !== undefined) return missingMembers(field.layout.kind, inner, given);
    return given.has(name) ? [] : [name];
  });
  if (kind !== "union") return missing.flat();
  return missing.length === 0 || missing.some((one) => one.length === 0) ? [] : [missing.flat().join("` or `")];
}

function keyError(mismatch: TypeMismatch): EbpfMapError {
  const path = `key${mismatch.path.replace(/\.([^.[]+)/g, (_, name: string) => memberText(name))}`;
  return new EbpfMapError("KEY_INVALID", `\`${path}\` (\`${mismatch.typeName}\`) ${sentenceOf(mismatch)}`, { path });
}

function sentenceOf(mismatch: TypeMismatch): string {
  const { problem, got } = mismatch;
  if (mismatch instanceof MembersMismatch) return mismatch.sentence;
  switch (problem.kind) {
    case "range": {
      const range = `from ${problem.low} to ${problem.high}`;
      const integer = integerOf(got);
      return integer === undefined
        ? `needs a whole number ${range}, got ${shown(got)}`
        : `goes ${range}, got ${integer}`;
    }
    case "bool":
      return `needs true or false, got ${shown(got)}`;
    case "number":
      return `needs a number, got ${shown(got)}`;
    case "enumerator":
      return `has no \`${got}\`${suggestion(String(got), problem.names)}`;
    case "list":
      if (problem.isText && typeof got === "string")
        return `takes at most ${problem.length} bytes, got ${bytesFromText(got).length}`;
      if (Array.isArray(got)) return `needs ${problem.length} elements, got ${got.length}`;
      return `needs a list of ${problem.length}, got ${shown(got)}`;
    case "object":
      return `needs {${(problem.names ?? []).map((name) => JSON.stringify(name)).join(", ")}}, got ${shown(got)}`;
    case "field":
      return `has no field \`${got}\`${suggestion(String(got), problem.names)}`;
    case "bytes":
      return `has ${problem.size} bytes: such floating-point numbers can't be written`;
    case "network": {
      const [network, address] = problem.bits === 32 ? ["10.0.0.0/8", "10.1.2.3"] : ["2001:db8::/32", "2001:db8::1"];
      return `needs a network such as ${network}, or an address such as ${address} for a /${problem.bits}, got ${shown(got)}`;
    }
    case "hex":
      return `needs ${2 * problem.size} hexadecimal digits in {"$hex":"…"}, got ${shown(got)}`;
    case "unknown bytes":
      return "can't be written: nothing is known of its bytes";
    case "member":
      return `lacks ${quoted([problem.names.join("` or `")])}`;
    case "overlap":
      return "shares its bytes with a member that has others";
  }
  return problem satisfies never;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function shown(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  const text = JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

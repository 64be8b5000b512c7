import { textFromBytes } from "../../bytes.ts";
import { compileInteger, compileText } from "../../codec/access/accessor.ts";
import { type Field, integerBits } from "../../codec/access/field.ts";
import { addressText } from "../../codec/keys/addresses.ts";
import type { Renderer, RenderText } from "./renderer.ts";

/** Returns a renderer of whole bytes of certain sizes, whatever their type. */
function ofBytes(description: string, sizes: readonly number[], show: (bytes: Uint8Array) => string): Renderer {
  return {
    description,
    isLossless: true,
    mismatch: (field) => (hasSize(field, sizes) ? undefined : `${sizes.join(" or ")} bytes`),
    compile: (field) => bytesOf(field, show),
  };
}

function hasSize({ layout, bitfieldBits, bitOffset }: Field, sizes: readonly number[]): boolean {
  return bitfieldBits === 0 && bitOffset % 8 === 0 && sizes.includes(layout.size) && layout.kind !== "float";
}

function isByte(field: Field): boolean {
  return hasSize(field, [1]) && field.layout.kind === "int";
}

/** Tells whether a field is an array of bytes, whatever they are called: `char`, `int8`, `u8`. */
function isByteArray({ layout }: Field): boolean {
  if (layout.kind !== "array" || layout.counted || layout.length === 0) return false;
  const { element } = layout;
  return element.kind === "int" && element.size === 1 && element.bits === 8;
}

function bytesOf({ layout, bitOffset }: Field, show: (bytes: Uint8Array) => string): RenderText {
  const start = bitOffset / 8;
  return (bytes, _view, at) => show(bytes.subarray(at + start, at + start + layout.size));
}

/** Renderers of bytes by name. */
export const BYTE_RENDERERS: Readonly<Record<string, Renderer>> = {
  ipv4: ofBytes("IPv4 address in network order", [4], addressText),
  ipv6: ofBytes("IPv6 address in network order", [16], addressText),
  mac: ofBytes("hardware address", [6], (bytes) =>
    Buffer.from(bytes)
      .toString("hex")
      .replace(/..(?!$)/g, "$&:"),
  ),
  port: {
    ...ofBytes("port in network order", [2], (bytes) => String((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0))),
    isNumber: true,
  },
  cidr: ofBytes("key of an lpm_trie: prefix length and address", [8, 20], cidrText),
  char: {
    description: "bytes as text, up to the first NUL; one byte as a character",
    isLossless: true,
    mismatch: (field) => (isByte(field) || isByteArray(field) ? undefined : "a byte or an array of bytes"),
    compile: (field) => (isByte(field) ? bytesOf(field, textFromBytes) : compileText(field)),
  },
  hex: {
    description: "hexadecimal digits",
    isLossless: true,
    mismatch: () => undefined,
    compile: (field) => (integerBits(field) === undefined ? bytesOf(field, hexText) : hexOfInteger(field)),
  },
};

/** Returns `10.0.0.0/8` from a u32 in host order and the address behind it. */
function cidrText(bytes: Uint8Array): string {
  const prefix = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  return `${addressText(bytes.subarray(4))}/${prefix}`;
}

function hexText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function hexOfInteger(field: Field): RenderText {
  const read = compileInteger(field);
  const { width } = integerBits(field) ?? { width: 64 };
  return (bytes, view, at) => `0x${BigInt.asUintN(width, BigInt(read?.(bytes, view, at) ?? 0)).toString(16)}`;
}

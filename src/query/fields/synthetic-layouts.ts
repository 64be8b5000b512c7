import type { FloatLayout, IntLayout, Layout } from "../../schema/layout.ts";

/** The most rows, or CPUs, that a sum has, as a number of bits. */
const MAX_TERMS_BITS = 53;

/**
 * The layout of a computed integer of `bits` bits, in two's complement. `valueBits` are enough for each of its values.
 */
export function integerLayout(bits: number, signed: boolean, valueBits: number = bits): IntLayout {
  const encoding = signed ? "signed" : "unsigned";
  const typeName = `${signed ? "s" : "u"}${bits}`;
  const known = valueBits < bits ? { valueBits } : {};
  return {
    kind: "int",
    size: bits / 8,
    encoding,
    bits,
    bitOffset: 0,
    ...known,
    isChar: false,
    typeName,
    tagged: false,
  };
}

/** The layout of a sum of integers of `width` bits. */
export function sumLayout(bits: number, signed: boolean, width: number): IntLayout {
  return integerLayout(bits, signed, width + MAX_TERMS_BITS);
}

/** The layout of a computed double. */
export function floatLayout(): FloatLayout {
  return { kind: "float", size: 8, typeName: "double", tagged: false };
}

/** The layout of bytes without a type, which are shown as hexadecimal digits. */
export function bytesLayout(size: number): Layout {
  const element: IntLayout = { ...integerLayout(8, false), typeName: "byte" };
  const common = { typeName: "bytes", tagged: false, rendering: "hex" };
  return { kind: "array", size, element, length: size, charsDirect: false, ...common };
}

import type { FloatLayout, IntLayout, Layout } from "../../schema/layout.ts";

/** The layout of a computed integer of `bits` bits, in two's complement. */
export function integerLayout(bits: number, signed: boolean): IntLayout {
  const encoding = signed ? "signed" : "unsigned";
  const typeName = `${signed ? "s" : "u"}${bits}`;
  return { kind: "int", size: bits / 8, encoding, bits, bitOffset: 0, isChar: false, typeName, tagged: false };
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

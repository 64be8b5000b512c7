import type { BtfType } from "../../btf/types.ts";

/** Enumerators in their order. */
type EnumValues = readonly { readonly name: string; readonly value: bigint }[];

/**
 * The enum that clang makes of these enumerators: of an int's size where they fit, else of 64 bits; `packed` makes it
 * as small as they allow.
 */
export function enumType(name: string, values: EnumValues, packed: boolean): BtfType {
  const signed = values.some(({ value }) => value < 0n);
  const fits = (bits: number): boolean => {
    const [low, high] = signed
      ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]
      : [0n, 2n ** BigInt(bits) - 1n];
    return values.every(({ value }) => value >= low && value <= high);
  };
  const bits = (packed ? [8, 16, 32] : [32]).find(fits);
  if (bits === undefined) {
    return {
      kind: "enum64",
      name,
      size: 8,
      signed,
      values: values.map((one) => ({ ...one, value: BigInt.asUintN(64, one.value) })),
    };
  }
  return {
    kind: "enum",
    name,
    size: bits / 8,
    signed,
    values: values.map((one) => ({ name: one.name, value: Number(BigInt.asIntN(32, one.value)) })),
  };
}

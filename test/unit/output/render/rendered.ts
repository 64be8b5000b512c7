import { viewOf } from "../../../../src/bytes.ts";
import { wholeField } from "../../../../src/codec/access/field.ts";
import { compileJsonField } from "../../../../src/codec/json/json-field.ts";
import { compileRender } from "../../../../src/output/render/render.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import type { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { SURROUNDINGS } from "../../query/run-query.ts";

export type Make = (btf: BtfBuilder) => number;

export function int(size: number, signed = false): Make {
  return (b) => b.int("n", size, { encoding: signed ? 1 : 0 });
}

export function bytes(length: number): Make {
  return (b) => b.array(b.int("u8", 1), length);
}

/** The bytes of 64 bits in hexadecimal. */
export function word(value: bigint | number): string {
  return Buffer.from(new Uint8Array(BigInt64Array.of(BigInt.asIntN(64, BigInt(value))).buffer)).toString("hex");
}

const OPTIONS = { int64: "digits", enums: "name" } as const;

/** Returns the text that a renderer makes of a value for people. */
export function renderedText(name: string, layout: Layout, hex: string): string | undefined {
  const field = wholeField("value", { ...layout, rendering: name });
  const value = Uint8Array.from(Buffer.from(hex, "hex"));
  return compileRender("text", SURROUNDINGS)(field)?.text(value, viewOf(value), 0);
}

/** Returns the JSON that a renderer makes of a value. */
export function renderedJson(name: string, layout: Layout, hex: string): string {
  const field = wholeField("value", { ...layout, rendering: name });
  const value = Uint8Array.from(Buffer.from(hex, "hex"));
  const collected = new CollectedOutput();
  const print = compileJsonField(field, OPTIONS, compileRender(OPTIONS, SURROUNDINGS), collected.out);
  print(value, 0);
  return collected.text;
}

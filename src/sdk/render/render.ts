import { wholeField } from "../../codec/access/field.ts";
import { EbpfMapError } from "../../errors.ts";
import { BYTE_RENDERERS } from "../../output/render/bytes.ts";
import { INTEGER_RENDERERS } from "../../output/render/integers.ts";
import type { Renderer } from "../../output/render/renderer.ts";
import { bytesLayout, integerLayout } from "../../query/fields/synthetic-layouts.ts";
import { hereAndNow } from "../machine/here-and-now.ts";
import { renderContext } from "../machine/render-context.ts";
import type { ByteRenderer, IntegerRenderer, RendererName } from "./renderer-names.ts";

/** A value that renderers show: an integer, or bytes in the order of memory. */
export type Renderable = number | bigint | Uint8Array | readonly number[];

/** Returns the text of a value. Throws VALUE_RANGE for a value of a kind or size that the renderer doesn't show. */
export type RenderFunction = (value: Renderable) => string;

/** Sizes in bytes of integers for renderers that take bytes, by their names: others take 4. */
const INTEGER_SIZES: Readonly<Record<string, number>> = { port: 2, char: 1, hex: 8 };

/** The tables of this machine, each read when it is needed. */
const around = renderContext(hereAndNow, undefined);

/**
 * The renderers of `--render` as functions that return text: `render.ipv4([10, 0, 0, 1])`, `render.ktime(ns)`,
 * `render.errno(-13)`. An integer that stands for bytes (`ipv4`, `port`) is taken as it lies in memory of this machine,
 * which is how a decoder gives it. Names come from the tables of this machine; what has none is shown as its number.
 */
export const render: Readonly<Record<RendererName, RenderFunction>> = functions();

function functions(): Readonly<Record<RendererName, RenderFunction>> {
  const of = ([name, renderer]: [string, Renderer]): [string, RenderFunction] => [
    name,
    (value) => rendered(name, renderer, value),
  ];
  const { flags: _, ...integers } = INTEGER_RENDERERS;
  return Object.fromEntries([...Object.entries(BYTE_RENDERERS), ...Object.entries(integers)].map(of)) as Record<
    ByteRenderer | IntegerRenderer,
    RenderFunction
  >;
}

function rendered(name: string, renderer: Renderer, value: Renderable): string {
  const bytes =
    typeof value === "number" || typeof value === "bigint" ? integerBytes(name, value) : bytesOf(name, value);
  const isNumber = typeof value === "number" || typeof value === "bigint";
  const layout = isNumber ? integerLayout(bytes.length * 8, value < 0) : bytesLayout(bytes.length);
  const field = wholeField("value", layout);
  const mismatch = renderer.mismatch(field);
  if (mismatch !== undefined)
    throw wrong(name, `it shows ${mismatch}, and this is ${isNumber ? value : `${bytes.length} bytes`}`);
  return renderer.compile(field, around)(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

function integerBytes(name: string, value: number | bigint): Uint8Array {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw wrong(name, `${value} is no exact integer`);
  const size = Object.hasOwn(BYTE_RENDERERS, name) ? (INTEGER_SIZES[name] ?? 4) : 8;
  const whole = BigInt(value);
  const [least, most] = [-(1n << BigInt(size * 8 - 1)), (1n << BigInt(size * 8)) - 1n];
  if (whole < least || whole > most) throw wrong(name, `${value} has more than ${size} bytes`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, whole), true);
  return bytes.subarray(0, size);
}

function bytesOf(name: string, value: Uint8Array | readonly number[]): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (!Array.isArray(value) || value.some((byte) => !Number.isInteger(byte) || byte < -128 || byte > 255))
    throw wrong(name, "it takes an integer, a Uint8Array or a list of bytes");
  return Uint8Array.from(value);
}

function wrong(name: string, why: string): EbpfMapError {
  return new EbpfMapError("VALUE_RANGE", `render as ${name}: ${why}`, { renderer: name });
}

import { compileInteger } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import type { Render } from "../../codec/json/json-compiler.ts";
import type { JsonOptions, RenderedText } from "../../codec/json/json-helpers.ts";
import { strictJsonString } from "../../codec/json/strict-json.ts";
import { BYTE_RENDERERS } from "./bytes.ts";
import { INTEGER_RENDERERS } from "./integers.ts";
import type { RenderContext, Renderer } from "./renderer.ts";

/** All renderers by name. */
export const RENDERERS: Readonly<Record<string, Renderer>> = { ...BYTE_RENDERERS, ...INTEGER_RENDERERS };

/** The renderer of that name. */
export function rendererOf(name: string): Renderer | undefined {
  return Object.hasOwn(RENDERERS, name) ? RENDERERS[name] : undefined;
}

/**
 * Compiles the renderers that the types of a query name. For people: the text. For JSON: the text in place of the value
 * where it says all that the value says, else `{"text":…,"value":…}`, so that the value is never lost.
 */
export function compileRender(target: "text" | JsonOptions, around: RenderContext): Render {
  return (field) => {
    const renderer = field.layout.rendering === undefined ? undefined : rendererOf(field.layout.rendering);
    if (renderer === undefined || renderer.mismatch(field) !== undefined) return undefined;
    return target === "text" ? textOf(renderer, field, around) : jsonOf(renderer, field, around, target);
  };
}

function textOf(renderer: Renderer, field: Field, around: RenderContext): RenderedText {
  return { isJson: false, text: renderer.compile(field, around) };
}

function jsonOf(renderer: Renderer, field: Field, around: RenderContext, { int64 }: JsonOptions): RenderedText {
  const text = renderer.compile(field, around);
  if (renderer.isLossless) return { isJson: renderer.isNumber === true, text };
  const read = compileInteger(field);
  const quote = int64 === "string" && field.layout.size >= 8 ? '"' : "";
  const json = (bytes: Uint8Array, view: DataView, at: number): string =>
    `{"text":${strictJsonString(text(bytes, view, at))},"value":${quote}${read?.(bytes, view, at) ?? 0}${quote}}`;
  return { isJson: true, text: json };
}

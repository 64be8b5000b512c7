import { compileInteger } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import type { RenderedText } from "../../codec/text/rendered-text.ts";
import { BYTE_RENDERERS } from "./bytes.ts";
import { INTEGER_RENDERERS } from "./integers.ts";
import type { RenderContext, Renderer } from "./renderer.ts";

/** All renderers by name. */
export const RENDERERS: Readonly<Record<string, Renderer>> = { ...BYTE_RENDERERS, ...INTEGER_RENDERERS };

/** Returns the renderer of a name. */
export function rendererOf(name: string): Renderer | undefined {
  return Object.hasOwn(RENDERERS, name) ? RENDERERS[name] : undefined;
}

/**
 * Compiles the renderers that the types of a query name. For people they give a text; in JSON a text that replaces the
 * value if it expresses all of it, else `{"text":…,"value":…}`, so that the value is never lost.
 */
export function compileRender(target: "text" | JsonOptions, around: RenderContext): Render {
  return (field) => {
    const renderer = field.layout.rendering === undefined ? undefined : rendererOf(field.layout.rendering);
    if (renderer === undefined || renderer.mismatch(field) !== undefined) return undefined;
    return target === "text" ? textOf(renderer, field, around) : jsonOf(renderer, field, around, target);
  };
}

function textOf(renderer: Renderer, field: Field, around: RenderContext): RenderedText {
  return { text: renderer.compile(field, around) };
}

function jsonOf(renderer: Renderer, field: Field, around: RenderContext, { int64 }: JsonOptions): RenderedText {
  const text = renderer.compile(field, around);
  if (renderer.isNumber === true) return { text, isNumber: true };
  if (renderer.isLossless) return { text };
  const read = compileInteger(field);
  const quote = int64 === "string" && field.layout.size >= 8 ? '"' : "";
  return { text, value: (bytes, view, at) => `${quote}${read?.(bytes, view, at) ?? 0}${quote}` };
}

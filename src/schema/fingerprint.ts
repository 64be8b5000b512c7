import { createHash } from "node:crypto";
import { layoutToJson } from "./file/layout-json.ts";
import type { Layout } from "./layout.ts";

/** Sixteen hexadecimal digits that two maps share whose entries have the same layout, names of types included. */
export function layoutFingerprint(key: Layout | undefined, value: Layout): string {
  const layouts = JSON.stringify([key === undefined ? null : layoutToJson(key), layoutToJson(value)]);
  return createHash("sha256").update(layouts).digest("hex").slice(0, 16);
}

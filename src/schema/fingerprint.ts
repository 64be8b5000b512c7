import { layoutToJson } from "./file/layout-json.ts";
import type { Layout } from "./layout.ts";

/**
 * Sixteen hexadecimal digits that two maps share whose entries have the same layout, names of types included. Whether
 * the kernel manages a pointer doesn't matter to what is decoded.
 */
export function layoutFingerprint(key: Layout | undefined, value: Layout): string {
  const both = [key === undefined ? null : layoutToJson(key), layoutToJson(value)];
  const layouts = JSON.stringify(both, (name, one: unknown) => (name === "kptr" ? undefined : one));
  // Node takes some milliseconds to load its cryptography, which few programs need.
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(layouts).digest("hex").slice(0, 16);
}

import { createRequire } from "node:module";

/** A pattern that tells whether it matches somewhere in a text. */
export interface Pattern {
  test(text: string): boolean;
}

/**
 * Compiles a pattern of RE2, which CEL has: it takes time linear in the text, where JavaScript's own patterns may take
 * forever. The library is loaded with the first one. Throws an Error that names the mistake.
 */
export function compilePattern(text: string): Pattern {
  const { RE2JS } = createRequire(import.meta.url)("re2js") as typeof import("re2js");
  return RE2JS.compile(text);
}

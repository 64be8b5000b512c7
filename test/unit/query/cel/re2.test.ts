import { expect, test } from "vitest";
import { compilePattern } from "../../../../src/query/cel/re2.ts";

test.each<[pattern: string, text: string, matches: boolean]>([
  ["^eth[0-9]+$", "eth0", true],
  ["^eth[0-9]+$", "veth0", false],
  ["h[0-9]", "veth0x", true],
  ["(?i)NGINX", "nginx", true],
  ["\\pL+", "\u00e9t\u00e9", true],
  // Exponential for a matcher that goes back.
  ["^(a+)+$", `${"a".repeat(10_000)}b`, false],
])("%s in %s", (pattern, text, matches) => {
  expect(compilePattern(pattern).test(text)).toBe(matches);
});

test.each(["(", "a{2", "(?=a)", "\\1"])("%s is no pattern of RE2, or a plain text", (pattern) => {
  const compile = (): boolean => compilePattern(pattern).test(pattern);
  if (pattern === "a{2") expect(compile()).toBe(true);
  else expect(compile).toThrow(/error parsing regexp/i);
});

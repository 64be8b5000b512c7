import { expect, test } from "vitest";
import { tooDeepAt } from "../../../../src/server/config/yaml-nesting.ts";

function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

test.each<[string, string, number | undefined]>([
  ["lists in brackets", "[".repeat(30_000), 100],
  ["mappings in braces", "{a: ".repeat(3000), 400],
  ["lists in a line", `${"- ".repeat(3000)}a`, 200],
  ["keys that are lists", `${"? - ".repeat(3000)}a`, 200],
  ["mappings, a line each", lines(300, (i) => `${" ".repeat(i)}a:`), 5351],
  ["lists, a line each", lines(300, (i) => `${" ".repeat(2 * i)}- - x`), 10496],
  ["brackets that close what isn't open", `${"]".repeat(300)}${"[".repeat(150)}`, 400],
  ["keys of growing length", lines(300, (i) => `${"a".repeat(i + 1)}: 1`), undefined],
  ["many lists, one behind the other", lines(3000, (i) => `k${i}: [a, {b: c}]`), undefined],
  ["many mappings in a list", lines(3000, (i) => `- name: x${i}\n  list:\n    - a\n    - b: c`), undefined],
  ["brackets in texts", `a: |\n${"  [[[[\n".repeat(300)}`, undefined],
  ["brackets in quotes", `a: '${"[".repeat(300)}'`, undefined],
  ["brackets in comments", `# ${"[".repeat(300)}\na: 1`, undefined],
  ["many documents", "a: b\n---\n".repeat(500), undefined],
  ["lines of Windows", "a:\r\n  b: 1\r\n".repeat(300), undefined],
  ["a byte order mark", "\ufeffa: 1", undefined],
])("%s", (_, text, expected) => {
  expect(tooDeepAt(text)).toBe(expected);
});

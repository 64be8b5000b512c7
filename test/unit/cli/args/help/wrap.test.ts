import { expect, test } from "vitest";
import { definition, displayColumns, wrap, wrapCommand } from "../../../../../src/cli/args/help/wrap.ts";

test.each<[text: string, width: number, indent: number, first: number, lines: string[]]>([
  ["", 10, 0, 0, [""]],
  ["one two three", 13, 0, 0, ["one two three"]],
  ["one two three", 12, 0, 0, ["one two", "three"]],
  ["one two three", 9, 2, 0, ["one two", "  three"]],
  ["one two three", 9, 2, 2, ["  one two", "  three"]],
  ["keeps  two spaces", 20, 0, 0, ["keeps  two spaces"]],
  ["abcdefghij", 4, 0, 0, ["abcd", "efgh", "ij"]],
  ["a abcdefghij b", 6, 2, 0, ["a", "  abcd", "  efgh", "  ij b"]],
  ["… … …", 3, 0, 0, ["… …", "…"]],
  ["\u001b[1mbold\u001b[22m text", 9, 0, 0, ["\u001b[1mbold\u001b[22m text"]],
  ["\u001b[1mbold\u001b[22m text", 8, 0, 0, ["\u001b[1mbold\u001b[22m", "text"]],
  // A word that must be cut loses its colours rather than being cut in the middle of one.
  ["\u001b[36mabcdef\u001b[39m", 4, 0, 0, ["abcd", "ef"]],
])("wrap(%j, %i, %i, %i)", (text, width, indent, first, lines) => {
  expect(wrap(text, width, indent, first)).toEqual(lines);
  for (const line of lines) expect(displayColumns(line)).toBeLessThanOrEqual(width);
});

test("a definition stands beside its term where there is room, else below it", () => {
  const size = { width: 20, column: 8 };
  expect(definition("  -a", "one two three", size)).toEqual(["  -a    one two", "        three"]);
  expect(definition("  --abcd", "one two three", size)).toEqual(["  --abcd", "        one two", "        three"]);
});

test.each<[command: string, width: number, lines: string[]]>([
  ["ebpf-map dump id 7", 20, ["  ebpf-map dump id 7"]],
  ["ebpf-map dump id 7 --limit 3", 22, ["  ebpf-map dump id 7 \\", "    --limit 3"]],
  ["x --where 'a b c d e f' --top 3", 14, ["  x --where \\", "    'a b c d e f' \\", "    --top 3"]],
  ["x --a='b c'", 80, ["  x --a='b c'"]],
])("a command line %j of at most %i columns", (command, width, lines) => {
  expect(wrapCommand(command, width, 2)).toEqual(lines);
  // A shell reads the same words.
  expect(
    lines
      .join("\n")
      .replace(/ \\\n +/g, " ")
      .trim(),
  ).toBe(command);
});

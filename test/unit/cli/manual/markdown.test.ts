import { expect, test } from "vitest";
import { type MarkdownStyle, renderMarkdown } from "../../../../src/cli/manual/markdown.ts";

const PLAIN: MarkdownStyle = {
  width: 30,
  heading: (text) => text,
  strong: (text) => text,
  code: (text) => `\`${text}\``,
};
const COLORED: MarkdownStyle = {
  width: 30,
  // Prints all of its arguments, as chalk does.
  heading: (...words: readonly unknown[]) => `<h>${words.join(" ")}</h>`,
  strong: (text) => `<b>${text}</b>`,
  code: (text) => `<c>${text}</c>`,
};

test.each<[what: string, markdown: string, plain: string]>([
  ["a heading and a paragraph", "# Filters\nOne two\nthree.\n", "Filters\n\nOne two three.\n"],
  ["a long paragraph", "one two three four five six seven eight", "one two three four five six\nseven eight\n"],
  [
    "code, which is never wrapped",
    "Look:\n```sh\nebpf-map dump name conns --where 'x'\n\n  indented\n```\nEnd",
    "Look:\n\n    ebpf-map dump name conns --where 'x'\n\n      indented\n\nEnd\n",
  ],
  ["marks in code", "`a*b*` and `x`", "`a*b*` and `x`\n"],
  ["bold", "**must** not", "must not\n"],
  [
    "lists",
    "- one two three four five six seven\n- two\n  goes on\n1. first\n  - inner\n",
    "- one two three four five six\n  seven\n- two goes on\n1. first\n  - inner\n",
  ],
  ["a quote", "> Note: this\n> is one", "  Note: this is one\n"],
  ["a link to a chapter", "see [filters](filters.md#cel)", "see filters (ebpf-map help\nfilters)\n"],
  ["a link to a chapter with a command's name", "[it](serve.md)", "it (ebpf-map help manual\nserve)\n"],
  ["a link to the web", "[spec](https://example.org/x)", "spec <https://example.org/x>\n"],
  ["a link inside the page", "see [below](#below)", "see below\n"],
  ["a comment", "<!-- test: skip -->\ntext", "text\n"],
  ["a table", "| a | `b` |\n|---|:-:|\n| 1 | x\\|y |\n| 22 | |\n", "a   `b`\n1   x|y\n22\n"],
  [
    "a table that is too wide",
    "| flag | what it does |\n| --- | --- |\n| --one | one two three four five six seven |\n",
    "flag   what it does\n--one  one two three four five\n       six seven\n",
  ],
  [
    "a table with too many columns",
    "| alpha | beta | gamma | delta |\n|-|-|-|-|\n| abcdefgh1 | abcdefgh2 | abcdefgh3 | x y |\n| a | b | | d |\n",
    "alpha: abcdefgh1\nbeta:  abcdefgh2\ngamma: abcdefgh3\ndelta: x y\n\nalpha: a\nbeta:  b\ndelta: d\n",
  ],
  ["a fence without an end", "```\nx\n", "    x\n\n"],
  ["nothing", "", ""],
])("%s", (_, markdown, plain) => {
  expect(renderMarkdown(markdown, PLAIN)).toBe(plain);
});

test("headings, bold and code are marked where there are colours", () => {
  expect(renderMarkdown("## A `b`\n**c** `d`", COLORED)).toBe("<h>A b</h>\n\n<b>c</b> <c>d</c>\n");
});

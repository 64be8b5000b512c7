import { expect, test } from "vitest";
import { LineCounter } from "yaml";
import { yamlContents } from "../../../../src/server/config/yaml-contents.ts";

test.each([
  ["nested without an end", `a: 1\nb: ${"[".repeat(30_000)}`, "2: this is nested too deeply"],
  ["several documents", "a: 1\n---\nb: 2\n", "2: a configuration is one document"],
  ["a quote that stays open", 'a: "hunter2', "no valid YAML: Missing closing"],
  [
    "a name that YAML keeps for itself",
    "a: @hunter2",
    "no valid YAML: Plain value cannot start with reserved character",
  ],
])("%s: said where, and nothing of the file is quoted", (_, text, expected) => {
  const lines = new LineCounter();
  const read = (): unknown =>
    yamlContents(text, lines, (offset, what) => new Error(`${lines.linePos(offset).line}: ${what}`));
  expect(read).toThrow(expected);
  expect(read).not.toThrow("hunter2");
});

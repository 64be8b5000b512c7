import { expect, test } from "vitest";
import { Prompt } from "../../../../src/cli/screen/prompt.ts";

function typed(prompt: Prompt, ...keys: readonly string[]): string {
  for (const key of keys) prompt.key(key);
  return prompt.text;
}

test("typing, deleting", () => {
  const prompt = new Prompt(() => []);
  prompt.open("ab");
  expect(typed(prompt, "c", "é", "backspace")).toBe("abc");
  expect(typed(prompt, " ", "d", "e", "ctrl-w")).toBe("abc ");
  expect(typed(prompt, "ctrl-u")).toBe("");
  expect(typed(prompt, "page-up", "ctrl-x", "wheel-up")).toBe("");
});

test("Tab completes the last word as far as all agree, then shows which there are", () => {
  const prompt = new Prompt(() => ["key.saddr", "key.sport", "value.bytes"]);
  prompt.open("value.bytes > 3 && k");
  expect(typed(prompt, "tab")).toBe("value.bytes > 3 && key.s");
  expect(prompt.candidates).toEqual(["key.saddr", "key.sport"]);
  expect(typed(prompt, "a", "tab")).toBe("value.bytes > 3 && key.saddr");
  expect(prompt.candidates).toEqual([]);
  expect(typed(prompt, "x", "tab")).toBe("value.bytes > 3 && key.saddrx");
});

test("up brings back what was entered, down the line that was typed", () => {
  const prompt = new Prompt(() => []);
  for (const line of ["first", "second", "second"]) {
    prompt.open(line);
    expect(prompt.key("enter")).toBe("entered");
  }
  prompt.open("new");
  expect(typed(prompt, "up")).toBe("second");
  expect(typed(prompt, "up", "up")).toBe("first");
  expect(typed(prompt, "down", "down", "down")).toBe("new");
  expect(prompt.key("escape")).toBe("dropped");
});

import { describe, expect, test } from "vitest";
import { readDocument } from "../../helpers/documents.ts";
import { type Fence, fencesOf, headingsOf, linksOf, withoutFences } from "../../helpers/markdown.ts";

const english = readDocument("README.md").text;
const chinese = readDocument("README.zh-CN.md").text;

/** Headings that have the same place in both languages. */
const HEADINGS = [
  ["Install", "安装"],
  ["Ten jobs", "十个常见场景"],
  ["Rights", "权限"],
  ["Limits", "限制"],
  ["Manual", "手册"],
] as const;

describe("README.zh-CN.md is in step with README.md", () => {
  test("headings: as many, of the same levels, in the same order", () => {
    const levels = (text: string): number[] => headingsOf(text).map(({ level }) => level);
    expect(levels(chinese)).toEqual(levels(english));
    const titles = (text: string): string[] => headingsOf(text).map(({ text: title }) => title);
    const [ours, theirs] = [titles(english), titles(chinese)];
    for (const [title, translated] of HEADINGS) expect(theirs[ours.indexOf(title)]).toBe(translated);
    expect(HEADINGS.length).toBe(headingsOf(english).filter(({ level }) => level === 2).length);
  });

  test("blocks: the same commands and the same output, apart from comments", () => {
    expect(fencesOf(chinese).map(withoutComments)).toEqual(fencesOf(english).map(withoutComments));
  });

  test("links: to the same places", () => {
    expect(targets(chinese)).toEqual(targets(english));
  });

  test("tables: as many rows", () => {
    const rows = (text: string): number => withoutFences(text).match(/^\|/gm)?.length ?? 0;
    expect(rows(chinese)).toBe(rows(english));
  });

  test("what stands in code spans stands in both", () => {
    expect(spans(chinese)).toEqual(spans(english));
  });
});

function withoutComments({ language, word, lines }: Fence): unknown[] {
  return [language, word, ...(language === "sh" ? lines.map((line) => line.replace(/ *#.*/, "")) : lines)];
}

/** Where links lead, without those to headings of the file itself, which are in its language, and to the other file. */
function targets(text: string): string[] {
  return linksOf(text)
    .map(({ target }) => target)
    .filter((target) => !target.startsWith("#") && !target.startsWith("README"))
    .sort();
}

function spans(text: string): string[] {
  return [...new Set(withoutFences(text).match(/`[^`\n]+`/g))].sort();
}

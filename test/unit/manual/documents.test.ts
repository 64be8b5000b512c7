import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { chapters, documentsWithExamples, readDocument } from "../../helpers/documents.ts";
import { type Fence, fencesOf, headingsOf, linksOf, withoutFences } from "../../helpers/markdown.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { exchangesOf } from "../../helpers/sessions.ts";

const DOCUMENTS = [
  "README.md",
  "README.zh-CN.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  join("src", "README.md"),
  join("golden", "README.md"),
].map(readDocument);

describe("links", () => {
  const linked = [...DOCUMENTS, ...chapters()].flatMap((document) =>
    linksOf(document.text)
      .filter(({ target }) => !/^[a-z]+:/.test(target))
      .map(({ target }) => ({ path: document.path, target })),
  );

  test("there are many", () => {
    expect(linked.length).toBeGreaterThan(60);
  });

  test.each(linked)("in $path: $target", ({ path, target }) => {
    const [file = "", anchor] = target.split("#");
    const to = file === "" ? path : normalize(join(dirname(path), file));
    expect(existsSync(repositoryPath(to)), `${to} exists`).toBe(true);
    if (anchor === undefined) return;
    const anchors = headingsOf(readFileSync(repositoryPath(to), "utf8")).map((heading) => heading.anchor);
    expect(anchors).toContain(decodeURIComponent(anchor));
  });
});

describe("README.md", () => {
  const readme = readDocument("README.md");
  const lines = readme.text.split("\n");

  test("is read in a few minutes", () => {
    expect(lines.length).toBeLessThanOrEqual(250);
  });

  test("shows a first dump and what it prints within 40 lines", () => {
    const [first] = fencesOf(readme.text);
    const [exchange] = exchangesOf(first?.lines ?? []);
    expect(exchange?.command).toBe("npm ci && npm start");
    expect(exchange?.output.length).toBeGreaterThan(5);
    expect((first?.start ?? 0) + (first?.lines.length ?? 0)).toBeLessThan(40);
  });

  test("says how to run the tests, as CI does", () => {
    const install = fencesOf(readme.text).find(({ language }) => language === "sh");
    const commands = install?.lines.map((line) => line.replace(/ *#.*/, ""));
    expect(commands).toEqual(expect.arrayContaining(["npm ci", "npm test"]));
    const gate = readFileSync(repositoryPath(".ci", "run"), "utf8");
    expect(gate).toMatch(/^step npm ci$/m);
    expect(gate).toMatch(/^step npm test\b/m);
  });

  test("lists every chapter, once", () => {
    const listed = linksOf(readme.text.slice(readme.text.indexOf("\n## Manual")))
      .filter(({ target }) => target.startsWith("src/manual/"))
      .map(({ target }) => normalize(target));
    expect(listed.sort()).toEqual(chapters().map(({ path }) => path));
  });
});

describe.each(chapters())("$path", ({ path, text }) => {
  const [title, summary = ""] = text.split("\n\n").map((paragraph) => paragraph.replaceAll("\n", " "));

  test("begins with a title and a sentence that sums it up", () => {
    expect(title).toMatch(/^# \S/);
    expect(summary).toMatch(/^[A-Z`"].{20,150}\.$/);
    expect(summary.replaceAll(/`[^`]*`/g, "")).not.toMatch(/\. [A-Z]/);
  });

  test("is not too long to be read in a terminal", () => {
    expect(text.split("\n").length).toBeLessThanOrEqual(210);
  });

  test("has simple Markdown only", () => {
    const prose = withoutFences(text);
    expect(prose).not.toMatch(/<!--|<[a-z]+[ >]|^ {4}\S|^[*+] |!\[/m);
    for (const { level } of headingsOf(text)) expect(level).toBeLessThanOrEqual(3);
    for (const table of tablesOf(prose)) {
      const widths = table.map((row) => row.replaceAll("\\|", "").split("|").length);
      expect(new Set(widths).size, table[0]).toBe(1);
    }
  });

  test("is named for its topic", () => {
    expect(path).toMatch(/^src\/manual\/[a-z]+(-[a-z]+)*\.md$/);
  });
});

describe("blocks", () => {
  const blocks = documentsWithExamples().flatMap(({ path, text }) =>
    fencesOf(text).map((fence, i, all) => ({ path, fence, before: all[i - 1], at: `${path}:${fence.start + 1}` })),
  );

  test.each(blocks)("$at is run, written to a file, or shows what something prints", ({ path, fence, before }) => {
    expect(fence.lines.join("\n").trim()).not.toBe("");
    switch (fence.language) {
      case "console":
        expect(["", "varies", "screen"]).toContain(fence.word);
        expect(exchangesOf(fence.lines).length).toBeGreaterThan(0);
        break;
      case "ts":
        expect(fence.word).toMatch(/^[a-z]+(?:-[a-z]+)*(?:\.test)?$/);
        break;
      case "sql":
        // test/unit/cli/watch/keep-history.test.ts asks DuckDB.
        expect(path).toBe("src/manual/columns.md");
        break;
      case "text":
        if (fence.word === "") expect(["sql", "ts"]).toContain(before?.language);
        else expect(readFileSync(repositoryPath(fence.word), "utf8")).toContain(fence.lines.join("\n"));
        break;
      case "json":
      case "yaml":
        expect(fence.word).toMatch(/\.(json|yaml)$/);
        break;
      case "sh":
        // test/kernel/remote.test.ts runs those of the chapters, test/package/packages.test.ts what it can of hosts.md.
        expect(["README.md", "src/manual/hosts.md", "src/manual/remote.md", "src/manual/snapshots.md"]).toContain(path);
        break;
      case "":
        expect(isSketch(fence)).toBe(true);
        break;
      default:
        expect(fence.language).toBe("one of those above");
    }
  });

  /** Grammar and shapes of data, in which something is left out. */
  function isSketch({ lines }: Fence): boolean {
    return lines.every((line) => !line.startsWith("$ ")) && /:=|…|\{/.test(lines.join("\n"));
  }
});

function tablesOf(prose: string): string[][] {
  return [...prose.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => table.trim().split("\n"));
}

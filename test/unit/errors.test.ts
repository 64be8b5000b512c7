import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { repositoryPath } from "../helpers/repository.ts";

const source = readFileSync(repositoryPath("src", "errors.ts"), "utf8");
const chapter = readFileSync(repositoryPath("src", "manual", "error-codes.md"), "utf8");

/** The rows of the manual's table of codes: codes, usual reason, cure. */
function rows(): string[][] {
  const table = /\| code \| usual reason \| cure \|\n.*\n((?:\|.*\n)+)/.exec(chapter)?.[1] ?? "";
  return table
    .split("\n")
    .filter(Boolean)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

function codesIn(text: string): string[] {
  return (text.match(/`[A-Z_]+`/g) ?? []).map((code) => code.slice(1, -1));
}

const declared = (/export type ErrorCode =([^;]*);/.exec(source)?.[1] ?? "").match(/[A-Z_]+/g) ?? [];

test("the manual and the docstring list every code that there is, and no other", () => {
  expect(declared.length).toBeGreaterThan(20);
  expect(
    rows()
      .flatMap(([codes = ""]) => codesIn(codes))
      .sort(),
  ).toEqual(declared.toSorted());
  const docstring = source.slice(0, source.indexOf("export type ErrorCode"));
  const described = docstring.match(/^ \* - .*$/gm) ?? [];
  expect(described.flatMap((line) => codesIn(line.slice(0, line.indexOf(":")))).sort()).toEqual(declared.toSorted());
});

test.each(rows())("%s has a usual reason and a cure", (_, reason, cure) => {
  expect(reason).toMatch(/\w{3}/);
  expect(cure).toMatch(/\w{3}/);
});

test("each is thrown somewhere", () => {
  const everything = sources("src").join("\n");
  for (const code of declared) expect(everything, code).toContain(`"${code}"`);
});

function sources(folder: string): string[] {
  return readdirSync(repositoryPath(folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && name !== "errors.ts")
    .map((name) => readFileSync(repositoryPath(folder, name), "utf8"));
}

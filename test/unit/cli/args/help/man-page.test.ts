import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { manPage } from "../../../../../src/cli/args/help/man-page.ts";
import { reference } from "../../../../../src/cli/args/help/reference.ts";
import { packageVersion } from "../../../../../src/cli/package/package-files.ts";
import { repositoryPath } from "../../../../helpers/repository.ts";
import { liveSuite } from "../../../../helpers/requirements.ts";

const FILE = repositoryPath("bin", "man", "ebpf-map.1");
const PAGE = readFileSync(FILE, "utf8");

test("the page is what the tables of commands and flags give (node test/run.mjs bin/build/man.mts)", () => {
  const date = /^\.TH \S+ 1 "(\d{4}-\d\d-\d\d)"/m.exec(PAGE)?.[1] ?? "";
  expect(manPage({ version: packageVersion(), date })).toBe(PAGE);
});

test("package.json names the page", () => {
  expect(JSON.parse(readFileSync(repositoryPath("package.json"), "utf8"))).toMatchObject({ man: "bin/man/ebpf-map.1" });
});

liveSuite("the page", ["man", "mandoc", "groff"], () => {
  test("is shown by man, with every command and flag in it", () => {
    const { stdout, stderr, status } = spawnSync("man", ["-l", FILE], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C.UTF-8", MANWIDTH: "1000", PAGER: "cat", MANPAGER: "cat" },
    });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const text = stdout.replace(/\s+/g, " ");
    const { commands, flags } = reference();
    for (const { usage, description, examples } of commands) {
      for (const line of usage) expect(text).toContain(line.replace(/\s+/g, " "));
      expect(text).toContain(description);
      for (const [line, shows] of examples) expect(text).toContain(`${line} ${shows}`);
    }
    for (const { spelling, text: help } of flags) expect(text).toContain(`${spelling.trim()} ${help}`);
  });

  describe("has no warning of", () => {
    test("mandoc -T lint", () => {
      expect(execFileSync("mandoc", ["-T", "lint", FILE], { encoding: "utf8" })).toBe("");
    });

    test("groff -ww", () => {
      const { stderr, status } = spawnSync("groff", ["-ww", "-man", "-Tutf8", FILE], { encoding: "utf8" });
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    });
  });
});

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";

/** The packages that are loaded together with a file: those behind `import()` and `require` are not. */
function packagesOf(file: string, seen: Set<string> = new Set()): Set<string> {
  const found = new Set<string>();
  if (seen.has(file)) return found;
  seen.add(file);
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)";/gm)) {
    if (!target.startsWith(".")) found.add(target);
    else for (const name of packagesOf(join(dirname(file), target), seen)) found.add(name);
  }
  return found;
}

/** A text in each of the bundled packages that stands nowhere else. */
const MARKS: Readonly<Record<string, string>> = {
  "@marcbachmann/cel-js": "reserved_identifier",
  re2js: "RE2JSSyntaxException",
  yaml: "BLOCK_AS_IMPLICIT_KEY",
  "cli-table3": "top-mid",
  chalk: "FORCE_COLOR",
};

/** Loads a chunk of the bundled command, and prints the files that were read, and the modules that Node loaded. */
const LOADED = `
  const fs = require("node:fs");
  const read = fs.readFileSync;
  const files = [];
  fs.readFileSync = (path, ...rest) => {
    files.push(path);
    return read(path, ...rest);
  };
  require(process.argv[1]).load(process.argv[2]);
  console.log(JSON.stringify({ chunks: files.filter((file) => file.endsWith(".cjs")), modules: Object.keys(require.cache) }));`;

/** The chunks that are loaded with a chunk, and the packages in them or loaded by them. */
function loadedWith(chunk: string): { chunks: string[]; packages: string[] } {
  const words = ["-e", LOADED, repositoryPath("bin", "load.js"), chunk];
  const { chunks, modules } = JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" })) as {
    chunks: string[];
    modules: string[];
  };
  const code = chunks.map((file) => readFileSync(file, "latin1")).join("\n");
  const inside = Object.keys(MARKS).filter((name) => code.includes(MARKS[name] ?? ""));
  const outside = modules.flatMap((file) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return {
    chunks: chunks.map((file) => basename(file, ".cjs")),
    packages: [...new Set([...inside, ...outside])].sort(),
  };
}

liveSuite("what is loaded with", ["build"], () => {
  test("the SDK: no library before it is needed", () => {
    const packages = [...packagesOf(repositoryPath("dist", "index.js"))].filter((name) => !name.startsWith("node:"));
    expect(packages).toEqual([]);
  });

  test("the SDK: few files, which all entries of the package share", () => {
    for (const entry of ["index.js", "codegen/runtime.js", "metrics/prom.js", "sdk/arrow/to-arrow.js"]) {
      const files = new Set<string>();
      packagesOf(repositoryPath("dist", entry), files);
      expect([entry, files.has(repositoryPath("dist", "chunks", "base.js"))]).toEqual([entry, true]);
      expect(files.size).toBeLessThan(8);
    }
  });

  test("an ordinary dump: one file, and no library at all", () => {
    expect(loadedWith("core")).toEqual({ chunks: ["core"], packages: [] });
  });

  test("lines for a pipe: no library, unless there is a condition", () => {
    for (const name of ["queries", "lookup-row", "csv", "yaml", "stats", "diff", "watch"]) {
      expect([name, loadedWith(name).packages]).toEqual([name, []]);
    }
    expect(loadedWith("conditions").packages).toEqual(["@marcbachmann/cel-js"]);
    expect(loadedWith("patterns").packages).toEqual(["re2js"]);
    expect(loadedWith("config").packages).toEqual(["yaml"]);
    expect(loadedWith("text-table").packages).toEqual(["chalk", "cli-table3"]);
  });

  test("lines for a pipe: the core and what queries need", () => {
    expect(loadedWith("queries").chunks).toEqual(["queries", "core"]);
  });

  test("a format: its own", () => {
    const of = (name: string) => [...packagesOf(repositoryPath("dist", "chunks", name))];
    expect(of("table.js")).toContain("cli-table3");
    for (const name of ["csv.js", "json-rows.js", "yaml.js"])
      expect(of(name).filter((one) => !isBuiltin(one))).toEqual([]);
  });
});

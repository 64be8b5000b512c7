import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
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
  "csv-stringify": "CSV_OPTION_DELIMITER_INVALID_TYPE",
  yaml: "BLOCK_AS_IMPLICIT_KEY",
  "cli-table3": "top-mid",
  chalk: "FORCE_COLOR",
};

/** The packages in a chunk of the bundled command and in those that it loads at once. */
function bundledPackages(chunk: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(chunk)) return [];
  seen.add(chunk);
  const code = readFileSync(repositoryPath("dist", "cli", chunk), "utf8");
  const inside = Object.keys(MARKS).filter((name) => code.includes(MARKS[name] ?? ""));
  const required = [...code.matchAll(/^(?:let|const|var) [^;]*?\brequire\("([^"]+)"\)/gm)].map(([, id = ""]) => id);
  const packages = required.flatMap((id) => {
    if (id.startsWith("./")) return bundledPackages(id.slice("./".length), seen);
    return isBuiltin(id) ? [] : [id];
  });
  return [...new Set([...inside, ...packages])].sort();
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

  test("an ordinary dump: no library at all", () => {
    expect(bundledPackages("main.cjs")).toEqual([]);
  });

  test("lines for a pipe: no library, unless there is a condition", () => {
    for (const name of ["queries", "lookup-row", "yaml", "stats", "diff", "watch"]) {
      expect([name, bundledPackages(`${name}.cjs`)]).toEqual([name, []]);
    }
    expect(bundledPackages("conditions.cjs")).toEqual(["@marcbachmann/cel-js"]);
    expect(bundledPackages("patterns.cjs")).toEqual(["re2js"]);
    expect(bundledPackages("csv.cjs")).toEqual(["csv-stringify"]);
    expect(bundledPackages("config.cjs")).toEqual(["yaml"]);
    expect(bundledPackages("text-table.cjs")).toEqual(["chalk", "cli-table3"]);
  });

  test("a format: its own", () => {
    const of = (name: string) => [...packagesOf(repositoryPath("dist", "chunks", name))];
    expect(of("csv.js")).toContain("csv-stringify/sync");
    expect(of("table.js")).toContain("cli-table3");
    for (const name of ["json-rows.js", "yaml.js"]) expect(of(name).filter((one) => !isBuiltin(one))).toEqual([]);
  });
});

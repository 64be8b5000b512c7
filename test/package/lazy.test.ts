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

/** The packages that a file of the bundled command loads at once. */
function bundledPackages(file: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const found = readFileSync(file, "utf8").matchAll(/^(?:let|const|var) [^;]*?\brequire\("([^"]+)"\)/gm);
  const packages = [...found].flatMap(([, target = ""]) => {
    if (target.startsWith(".")) return bundledPackages(join(dirname(file), target), seen);
    return isBuiltin(target) ? [] : [target];
  });
  return [...new Set(packages)].sort();
}

liveSuite("what is loaded with", ["build"], () => {
  test("the SDK: no library before it is needed", () => {
    const packages = [...packagesOf(repositoryPath("dist", "index.js"))].filter((name) => !name.startsWith("node:"));
    expect(packages).toEqual([]);
  });

  test("an ordinary dump: no library at all", () => {
    const packages = ["main", "core"].flatMap((name) => bundledPackages(repositoryPath("dist", "cli", `${name}.cjs`)));
    expect(packages).toEqual([]);
  });

  test("lines for a pipe: nothing that tables and colours are made with", () => {
    const files = ["stats", "diff", "watch", "json-rows", "dump-rows", "lookup-row", "open-writer"];
    for (const name of files) {
      const packages = bundledPackages(repositoryPath("dist", "cli", `${name}.cjs`));
      expect(packages).not.toContain("cli-table3");
      expect(packages).not.toContain("chalk");
    }
    expect(bundledPackages(repositoryPath("dist", "cli", "text-table.cjs"))).toEqual(["chalk", "cli-table3"]);
  });

  test("a format: its own", () => {
    const of = (name: string) => [...packagesOf(repositoryPath("dist", "output", name))];
    expect(of("rows/csv.js")).toContain("csv-stringify/sync");
    expect(of("rows/table.js")).toContain("cli-table3");
    for (const name of ["rows/json-rows.js", "rows/yaml.js"])
      expect(of(name).filter((one) => !isBuiltin(one))).toEqual([]);
  });
});

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { readDocument } from "../../helpers/documents.ts";
import { repositoryPath } from "../../helpers/repository.ts";

const LEAVES = ["errors.ts", "bytes.ts", "nearest.ts"];

/** The rows of the table of layers: a folder, and what it may import. */
const LAYERS = [...readDocument(join("src", "README.md")).text.matchAll(/^\| `([a-z]+)\/` \|.*\| (.*) ?\|$/gm)].map(
  ([, folder = "", allowed = ""]) => ({
    folder,
    allowed: [...allowed.matchAll(/`([a-z]+)`/g)].map(([, name]) => name),
  }),
);

const FOLDERS = readdirSync(repositoryPath("src")).filter((name) =>
  statSync(repositoryPath("src", name)).isDirectory(),
);

test("the table of layers has every folder", () => {
  expect(LAYERS.map(({ folder }) => folder).sort()).toEqual(FOLDERS.filter((name) => name !== "manual").sort());
});

describe.each(LAYERS.filter(({ folder }) => folder !== "cli"))("src/$folder", ({ folder, allowed }) => {
  test("imports what the table says, and nothing else", () => {
    const imported = importsOf(folder);
    expect([...imported].filter((name) => !LEAVES.includes(name) && !allowed.includes(name))).toEqual([]);
  });
});

/** The folders and files of src that a folder imports, types included. */
function importsOf(folder: string): Set<string> {
  const names = readdirSync(repositoryPath("src", folder), { recursive: true, encoding: "utf8" });
  const imported = names
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const text = readFileSync(repositoryPath("src", folder, name), "utf8");
      const paths = [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(([, path = ""]) => path);
      return paths.map((path) => normalize(join(folder, dirname(name), path)).split("/")[0] ?? "");
    });
  return new Set(imported.filter((name) => name !== folder));
}

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readDocument } from "../../helpers/documents.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { LAYERS } from "../../lint/rules/layers.ts";

/** The rows of the table of layers: a folder, and what it may import in the words of lint. */
const rows = [...readDocument(join("src", "README.md")).text.matchAll(/^\| `([a-z]+)\/` \|.*\| (.*) ?\|$/gm)];
const documented = rows.map(([, folder = "", allowed = ""]) => ({
  folder,
  allowed: [...allowed.matchAll(/(types of )?`([a-z]+)`/g)].map(([, types = "", name]) => `${types}${name}`),
}));

const folders = readdirSync(repositoryPath("src")).filter((name) =>
  statSync(repositoryPath("src", name)).isDirectory(),
);

test("the table of layers has every folder", () => {
  expect(documented.map(({ folder }) => folder).sort()).toEqual(folders.filter((name) => name !== "manual").sort());
});

test.each(documented.filter(({ folder }) => folder !== "cli"))("$folder: the table says what lint holds", (row) => {
  expect(row.allowed).toEqual(LAYERS[row.folder]);
});

import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { repositoryPath } from "../../helpers/repository.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { expectedPlaces, places, plant } from "../planted.ts";
import { LAYERS, upwardCliImports, upwardImports } from "./layers.ts";

const scratch = useScratch();

const EXPORT = "export const x = 1;\nexport type X = number;\n";

test("imports of a layer that is built on the own one are found, in every form", () => {
  const files = {
    "src/errors.ts": 'import "./sys/fd.ts"; // found\nexport const x = 1;\n',
    "src/sys/fd.ts": 'import "../errors.ts";\nexport { x } from "../btf/parse.ts"; // found\nexport type X = number;\n',
    "src/btf/parse.ts": EXPORT,
    "src/schema/layout.ts":
      'import "../btf/parse.ts";\nimport type { X } from "../sys/fd.ts"; // found\nexport type Y = X;\n',
    "src/reader/batch.ts":
      'import "../sys/fd.ts";\nexport const load = () => import("../codec/decode.ts"); // found\nexport type X = 1;\n',
    "src/codec/decode.ts":
      'import type { X } from "../reader/batch.ts";\nimport "../reader/batch.ts"; // found\nexport type Y = X;\n',
    "src/verifier/log.ts": 'import "../btf/parse.ts";\nimport "../schema/layout.ts"; // found\n',
    "src/manual/topics.ts": 'import "../errors.ts";\nimport "../sys/fd.ts"; // found\n',
    "src/output/rows/csv.ts":
      'import "../../codec/decode.ts";\nimport "../../sdk/open.ts"; // found\nimport "../../cli/main.ts"; // found\n',
    "src/sdk/open.ts": 'export type T = import("../index.ts").X; // found\n',
    "src/index.ts": 'import "./sdk/open.ts";\nexport type X = 1;\n',
    "src/cli/main.ts": 'import "../index.ts";\nimport "../output/rows/csv.ts";\n',
  };
  expect(places(upwardImports(plant(scratch, files))).sort()).toEqual(expectedPlaces(files).sort());
});

test("a folder that is no layer is found", () => {
  const project = plant(scratch, { "src/helpers/all.ts": EXPORT });
  expect(upwardImports(project)).toEqual([
    { path: "src/helpers/all.ts", what: "helpers is no layer: see test/lint/rules/layers.ts" },
  ]);
});

test("every folder of src is a layer, or the command", () => {
  const folders = readdirSync(repositoryPath("src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const layers = [...Object.keys(LAYERS), "cli"];
  expect(folders.map(({ name }) => name).filter((name) => !layers.includes(name))).toEqual([]);
});

test("imports that go up between the rooms of the command are found", () => {
  const files = {
    "src/errors.ts": EXPORT,
    "src/cli/main.ts": 'import "./load-command.ts";\nimport "./session/session.ts";\n',
    "src/cli/load-command.ts": 'import "./commands/dump.ts";\n',
    "src/cli/package/package-files.ts": 'import "../result/exit.ts"; // found\nexport const x = 1;\n',
    "src/cli/result/exit.ts": 'import "../../errors.ts";\nimport "../args/flags.ts"; // found\n',
    "src/cli/args/flags.ts":
      'import "../result/exit.ts";\nimport type { X } from "../session/session.ts"; // found\nexport type Y = X;\n',
    "src/cli/session/session.ts": `${EXPORT}import "../args/flags.ts";\nimport "../package/package-files.ts";\n`,
    "src/cli/reads/progress.ts": 'import "../maps/select.ts"; // found\n',
    "src/cli/maps/select.ts": 'import "../reads/progress.ts";\nimport "./key.ts";\n',
    "src/cli/maps/key.ts": 'export const rows = () => import("../rows/query.ts"); // found\n',
    "src/cli/rows/query.ts":
      'import "../maps/key.ts";\nimport "../main.ts"; // found\nimport "../watch/view.ts"; // found\n',
    "src/cli/watch/view.ts": 'import "../rows/query.ts";\nimport "../events/print.ts"; // found\n',
    "src/cli/events/print.ts": 'import "../rows/query.ts";\nimport "../watch/view.ts"; // found\n',
    "src/cli/commands/dump.ts":
      'import "../watch/view.ts";\nimport "../events/print.ts";\nimport "../load-command.ts"; // found\n',
  };
  expect(places(upwardCliImports(plant(scratch, files))).sort()).toEqual(expectedPlaces(files).sort());
});

test("a module of the command that stands in no room is found", () => {
  const project = plant(scratch, { "src/cli/help-text.ts": EXPORT, "src/cli/misc/all.ts": EXPORT });
  expect(places(upwardCliImports(project))).toEqual(["src/cli/help-text.ts", "src/cli/misc/all.ts"]);
});

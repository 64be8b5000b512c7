import type { Finding, Project } from "./project.ts";
import { importTypes } from "./rules/import-types.ts";
import { upwardCliImports, upwardImports } from "./rules/layers.ts";
import { mapTypeNumbers } from "./rules/map-types.ts";
import { namesOfSeveral } from "./rules/one-name.ts";
import { outlivingReturns } from "./rules/outlives-block.ts";
import { pageImports } from "./rules/page.ts";
import { fullFolders, longFiles, wideComments } from "./rules/size.ts";
import { untestedFiles } from "./rules/tests-beside.ts";

/** The rules of this repository that Biome has no rule for. */
export const RULES = {
  "comment-width": wideComments,
  "file-length": longFiles,
  "folder-size": fullFolders,
  "import-type": importTypes,
  "layer-order": upwardImports,
  "cli-room-order": upwardCliImports,
  "map-type-number": mapTypeNumbers,
  "one-name": namesOfSeveral,
  "outlives-block": outlivingReturns,
  "page-import": pageImports,
  "test-beside": untestedFiles,
} as const satisfies Record<string, (project: Project) => Finding[]>;

export type RuleName = keyof typeof RULES;

import { expect, test } from "vitest";
import { useScratch } from "../../helpers/use-scratch.ts";
import { expectedPlaces, places, plant } from "../planted.ts";
import { pageImports } from "./page.ts";

const scratch = useScratch();

test("the page imports types and shared modules alone, and nobody imports the page", () => {
  const files = {
    "src/sys/fd.ts": "export const fd = 1;\nexport type Fd = number;\n",
    "src/output/quantities.ts": "export const bytesText = 1;\n",
    "src/server/web/data/words.ts": [
      'import type { Fd } from "../../../sys/fd.ts";',
      'import "../../../output/quantities.ts";',
      'import "../../../sys/fd.ts"; // found',
      'import "./more.ts";',
      "export const word: Fd = 1;",
    ].join("\n"),
    "src/server/web/data/more.ts": "export {};\n",
    "src/server/page/html.ts": 'import "../web/data/words.ts"; // found\n',
  };
  expect(places(pageImports(plant(scratch, files)))).toEqual(expect.arrayContaining(expectedPlaces(files)));
  expect(pageImports(plant(scratch, files))).toHaveLength(2);
});

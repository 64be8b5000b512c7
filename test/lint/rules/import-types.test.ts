import { expect, test } from "vitest";
import { useScratch } from "../../helpers/use-scratch.ts";
import { expectedPlaces, places, plant } from "../planted.ts";
import { importTypes } from "./import-types.ts";

const scratch = useScratch();

test("types of other modules by import() are found, those of packages and import() of values aren't", () => {
  const files = {
    "src/a.ts": "export interface A { readonly n: number }\n",
    "src/b.ts": `
      export type One = import("./a.ts").A; // found
      export type All = typeof import("./a.ts"); // found
      export type Other = typeof import("node:fs");
      export const load = () => import("./a.ts");
    `,
  };
  expect(places(importTypes(plant(scratch, files)))).toEqual(expectedPlaces(files));
});

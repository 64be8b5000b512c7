import { expect, test } from "vitest";
import { useScratch } from "../helpers/use-scratch.ts";
import { plant } from "./planted.ts";
import { problemsOf } from "./problems.ts";

const scratch = useScratch();

const FILES = {
  "src/sys/shape.ts": "export const isLru = (type: number): boolean => type === 9;\n",
  "src/btf/parse.ts": 'import "../sys/shape.ts";\n',
};

const MAP_TYPE = "src/sys/shape.ts:1: a comparison with a number of a map type belongs into src/sys/map-types.ts";
const LAYER = "src/btf/parse.ts:1: btf must not import src/sys/shape.ts";

test("what is found is listed with its place and rule", () => {
  const problems = problemsOf(plant(scratch, FILES), []);
  expect(problems).toEqual([`${LAYER} (layer-order)`, `${MAP_TYPE} (map-type-number)`]);
});

test("what the list allows isn't, but an entry that nothing needs is", () => {
  const allowed = [
    { rule: "map-type-number", path: "src/sys/shape.ts", reason: "it is one table" },
    { rule: "file-length", path: "src/sys/shape.ts", reason: "it is one switch" },
  ] as const;
  const problems = problemsOf(plant(scratch, FILES), allowed);
  expect(problems).toEqual([`${LAYER} (layer-order)`, "src/sys/shape.ts: nothing to allow any more (file-length)"]);
});
